import * as z from "zod";
import type { Answer } from "../../core/card.ts";
import type { Command } from "../../core/command.ts";
import { DeliveryRefused, Refusal } from "../../core/errors.ts";
import type {
  Check,
  HttpAnswer,
  Inbound,
  InboundRequest,
  Patience,
  Platform,
  ReplyAddress,
  Shown,
  UnreadCall,
} from "../../core/platform.ts";
import { oneLineName } from "../../core/text.ts";
import { activity, envelope, tenantsOf, type Use, worksOnce } from "./activity.ts";
import { type AdapterOptions, connectorTimeout, TeamsAdapter } from "./adapter.ts";
import { lateClick, lateMessage } from "./late.ts";
import { callFrom, type ParseOptions } from "./parse.ts";
import { invokeCard, invokeError, invokeMessage, isShort, postFrom } from "./render.ts";
import { type Sender, type SendOptions, teamsSender } from "./send.ts";

export interface TeamsOptions extends AdapterOptions, Omit<SendOptions, "connector"> {
  readonly commands: readonly Command[];
  /** Hears why a call was not let in. */
  refused(why: string): void;
}

/** What of the platform takes botbuilder. */
export type Loaded = Pick<Platform, "receive" | "send"> & Pick<Check, "ask">;

/** Reads what comes from Teams, and sends through the Bot Connector. */
export function loadedTeams(options: TeamsOptions): Loaded {
  const adapter = new TeamsAdapter(options);
  const sender = teamsSender({
    ...options,
    connector: (serviceUrl, targeted) => adapter.connector(serviceUrl, targeted),
  });
  const objectIdOf: ParseOptions["objectIdOf"] = (use, who) =>
    objectIdIn(adapter, options.tenantId, use, who);
  return {
    async receive(request) {
      const refused = await refusedFor(request, adapter, options);
      if (refused) return { kind: "answer", answer: refused };
      const body = bodyOf(request);
      const parsed = activity.safeParse(body);
      if (!parsed.success) return { kind: "answer", answer: unreadable(body) };
      const said = parsed.data;
      if (said.type !== "message" && said.type !== "invoke")
        return { ...ignored, note: () => sender.conversations.met(said) };
      const call = callFrom(said, { ...options, objectIdOf });
      if (!call) return ignored;
      return said.type === "invoke" ? clicked(said, call, sender) : written(said, call, sender);
    },
    send: (message) => sender.send(message),
    ask: () => sender.check(),
  };
}

/** The object id of a person whom a message mentions; undefined: not in our tenant. @throws Refusal if the Bot Connector doesn't say */
async function objectIdIn(
  adapter: TeamsAdapter,
  tenantId: string,
  { serviceUrl, conversation }: Use,
  { mentioned: { id }, name }: Parameters<ParseOptions["objectIdOf"]>[1],
): Promise<string | undefined> {
  try {
    const connector = await adapter.connector(serviceUrl);
    const found = member.parse(await connector.getConversationMember(conversation.id, id, connectorTimeout));
    const ours = (found.tenantId ?? tenantId).toLowerCase() === tenantId.toLowerCase();
    return ours ? (found.aadObjectId ?? found.objectId)?.toLowerCase() : undefined;
  } catch (error) {
    // Then the person is nobody that the command knows, and it says so.
    if (notHere.safeParse(error).success) return undefined;
    throw new Refusal(
      `I couldn't look up ${oneLineName(name) ?? "who is mentioned"} just now. Send it again.`,
    );
  }
}

/** Whoever is looked up is not in the conversation, or the bot may not see them there. */
const notHere = z.object({ statusCode: z.literal([403, 404]) });

function clicked(use: Use, call: UnreadCall, sender: Sender): Inbound {
  const { replyTo } = call;
  return {
    kind: "call",
    call,
    render: (reply) => answerClick(use, replyTo, reply, sender),
    defer: async () => invokeMessage("One moment …"),
    least: invokeMessage("Wait a moment."),
    patience,
    late: (isKnown) => lateClick(use, replyTo, isKnown, patience.word - patience.answer, sender),
  };
}

function written(use: Use, call: UnreadCall, sender: Sender): Inbound {
  const { replyTo } = call;
  // Shown after the answer it would stay for a while.
  let typing: Promise<void> | undefined;
  const types = () => {
    typing ??= sender.typing(replyTo);
    return typing;
  };
  return {
    kind: "call",
    call,
    heard: () => void types(),
    render: async (reply) => {
      await typing;
      return answerMessage(use, replyTo, reply, sender);
    },
    defer: async () => accepted,
    least: accepted,
    patience,
    late: () => lateMessage(accepted, types(), replyTo, sender),
  };
}

const member = z.object({
  tenantId: z.string().nullish(),
  aadObjectId: z.string().nullish(),
  objectId: z.string().nullish(),
});

/** Less than the 15 seconds that Teams waits for us, checking who calls included. In milliseconds. */
const patience = { answer: 8000, least: 300, word: 9000 } as const satisfies Patience;

const accepted: HttpAnswer = { status: 200 };
const ignored = { kind: "answer", answer: accepted } as const satisfies Inbound;

function bodyOf({ body }: InboundRequest): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString("utf8"));
  } catch {
    return undefined;
  }
}

/** Undefined when the Bot Framework sent it, to us, from our tenant. */
async function refusedFor(
  request: InboundRequest,
  adapter: TeamsAdapter,
  { tenantId, refused }: Pick<TeamsOptions, "tenantId" | "refused">,
): Promise<HttpAnswer | undefined> {
  const refuse = (why: string): HttpAnswer => {
    refused(why);
    return { status: 401 };
  };
  const notTheirs = "its token is not the Bot Framework's, or not for this bot";
  const { authorization = "" } = request.headers;
  if (!mayBeToken(authorization)) return refuse(notTheirs);
  // botbuilder compares the token with what the activity says, so that it has to be parsed before it is believed.
  const body = bodyOf(request);
  const claimed = envelope.safeParse(body);
  if (!claimed.success) return refuse("it isn't a Teams activity");
  try {
    await adapter.verify(authorization, body);
  } catch (error) {
    // The keys could not be had: not the caller's fault, and nothing to tell a stranger.
    const ours =
      error instanceof Error && (error.name === "FetchError" || keysFailed.safeParse(error).success);
    return ours ? { status: 503 } : refuse(notTheirs);
  }
  const tenants = tenantsOf(claimed.data);
  const isOurs = tenants.length > 0 && tenants.every((tenant) => tenant === tenantId.toLowerCase());
  return isOurs ? undefined : refuse("it is from another tenant");
}

/** Whether a header has the form of a signed token (RFC 6750 and RFC 7515). */
function mayBeToken(authorization: string): boolean {
  const [scheme, token = "", ...more] = authorization.split(" ");
  const parts = token.split(".");
  return scheme === "Bearer" && more.length === 0 && parts.length === 3 && !parts.includes("");
}

/** botbuilder's AuthenticationError, which is not to be imported from it. */
const keysFailed = z.object({ statusCode: z.literal(500) });

/** What we take no part in is none of our business; a click always wants an answer of its form. */
const unreadable = (body: unknown): HttpAnswer =>
  click.safeParse(body).success ? invokeError("This button isn't one of this bot's.") : accepted;

const click = z.object({ type: z.literal("invoke"), name: z.literal("adaptiveCard/action") });

/** Whether the card that was clicked has had its time. */
function isSpent(use: Use, reply: Answer): boolean {
  const refused = "card" in reply && (reply.card.tone === "bad" || reply.card.unchanged === true);
  return !refused && worksOnce(use);
}

/**
 * A click is answered below the card or in its place; what has buttons of its own, and would take the place of what is still needed, is a message.
 */
async function answerClick(use: Use, to: ReplyAddress, reply: Answer, sender: Sender): Promise<Shown> {
  const post = postFrom(reply);
  const { followed } = reply;
  const inPlace = async () => {
    if (followed && use.replyToId !== undefined) await sender.answeredInPlace(to, use.replyToId);
    return invokeCard(post.card);
  };
  if (isSpent(use, reply)) return inPlace();
  if (isShort(reply)) {
    if (followed) await sender.answeredInLine(to);
    return invokeMessage(post.summary);
  }
  try {
    await sender.answer(to, post, { followed });
    return { ...invokeMessage("form" in reply ? "Fill in the card below." : post.summary), isSent: true };
  } catch (error) {
    if (!(error instanceof DeliveryRefused)) throw error;
    return inPlace();
  }
}

/** Also for clients that know no Action.Execute, whose clicks are messages. */
async function answerMessage(use: Use, to: ReplyAddress, reply: Answer, sender: Sender): Promise<Shown> {
  const replaced = isSpent(use, reply) ? use.replyToId : undefined;
  await sender.answer(to, postFrom(reply), { replaced, followed: reply.followed });
  return { ...accepted, isSent: true };
}
