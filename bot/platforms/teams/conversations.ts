import * as z from "zod";
import type { cacheLifetimes } from "../../core/lifetimes.ts";
import type { MessageRef, ReplyAddress } from "../../core/platform.ts";
import type { Activity } from "./activity.ts";
import { type Connector, connectorTimeout } from "./adapter.ts";
import { botId } from "./botId.ts";
import { callId } from "./callId.ts";
import { learn, type MemoryOptions, remember } from "./memory.ts";

export interface ConversationOptions extends MemoryOptions {
  readonly appId: string;
  readonly tenantId: string;
  /** Where to try for someone about whom nothing is known yet ("Send proactive messages", 2026-01). */
  readonly serviceUrl: string;
  connector(serviceUrl: string, targeted?: boolean): Promise<Connector>;
}

/** Where a message can be posted. */
export interface Place {
  readonly serviceUrl: string;
  readonly conversation: string;
}

interface Answered {
  readonly isThere: boolean;
  readonly ref?: MessageRef;
}

const place = z.object({ serviceUrl: z.url(), conversation: z.string() });
const service = place.pick({ serviceUrl: true });
const created = z.object({ id: z.string().min(1) });

/** How a call was answered whose answer will be replaced. */
const answer = z.object({
  /** The message that is the answer. Absent if it was only a passing line. */
  channel: z.string().optional(),
  message: z.string().optional(),
  /** ISO 8601: what will be replaced hasn't arrived before then. */
  arrivesBy: z.string().optional(),
});

const nameOf = (kind: keyof typeof cacheLifetimes, person: string): string => `teams-${kind}-${person}`;
/** One row per call, so that two simultaneous answers don't get in each other's way. */
const answerName = ({ account, data }: ReplyAddress): string => {
  const { conversation = "", activity = "" } = data;
  return nameOf("answer", `${account}-${callId(conversation, activity)}`);
};
const placeName = (person: string) => nameOf("reference", person);
const serviceName = "teams-service";

/** The bot's conversations with one person each. */
export function conversations({ appId, tenantId, cache, clock, ...options }: ConversationOptions) {
  const memory = { cache, clock };
  const serviceUrl = async (): Promise<string> =>
    service.safeParse((await cache.cached(serviceName))?.value).data?.serviceUrl ?? options.serviceUrl;

  /** Opens the conversation with a person, or finds it if it is already open. */
  const open = async (to: ReplyAddress): Promise<Place> => {
    const { serviceUrl: at = await serviceUrl(), user = to.account } = to.data;
    const connector = await options.connector(at);
    const opened = await connector.createConversation(
      {
        isGroup: false,
        bot: { id: botId(appId), name: "" },
        members: [{ id: user, name: "" }],
        tenantId,
        channelData: { tenant: { id: tenantId } },
      } as Parameters<Connector["createConversation"]>[0],
      connectorTimeout,
    );
    const found = { serviceUrl: at, conversation: created.parse(opened).id };
    await learn(memory, placeName(to.account), found);
    return found;
  };

  return {
    serviceUrl,
    open,
    /** The place where a person was last alone with the bot. */
    async known(to: ReplyAddress): Promise<Place | undefined> {
      const { serviceUrl: at, conversation, type } = to.data;
      if (at && conversation && type === "personal") return { serviceUrl: at, conversation };
      return place.safeParse((await cache.cached(placeName(to.account)))?.value).data;
    },
    /** Remembers an answer, so that what follows can replace it if it is a message, and not too early. */
    answered: (to: ReplyAddress, how: Partial<MessageRef>, arrivesBy?: Date): Promise<void> =>
      remember(memory, answerName(to), { ...how, arrivesBy: arrivesBy?.toISOString() }),
    /** Whether a call was answered, and by which message. */
    async answerTo(to: ReplyAddress): Promise<Answered> {
      const found = answer.safeParse((await cache.cached(answerName(to)))?.value).data;
      const { channel, message, arrivesBy } = found ?? {};
      return {
        isThere: found !== undefined && !(arrivesBy && Date.parse(arrivesBy) > clock.now().getTime()),
        ...(channel !== undefined && message !== undefined && { ref: { channel, message } }),
      };
    },
    /** The app was installed somewhere, or someone joined or left: from then on, the bot can reach them there. */
    async met({ serviceUrl: at, from, conversation }: Activity): Promise<void> {
      await learn(memory, serviceName, { serviceUrl: at });
      if (conversation.conversationType !== "personal" || from.aadObjectId === undefined) return;
      await learn(memory, placeName(from.aadObjectId), { serviceUrl: at, conversation: conversation.id });
    },
  };
}

export type Conversations = ReturnType<typeof conversations>;
