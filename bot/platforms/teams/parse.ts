import { type CommandLine, decodeLine, unknownLine } from "../../core/card.ts";
import type { Clock } from "../../core/clock.ts";
import type { Command } from "../../core/command.ts";
import type { Account } from "../../core/member.ts";
import { refuseLarge, type Size, type UnreadCall } from "../../core/platform.ts";
import { mostMentions, mostText } from "../../core/sizes.ts";
import { oneLineName } from "../../core/text.ts";
import { carriedBy, type Use } from "./activity.ts";
import { callId } from "./callId.ts";
import { mayCarry, mentionsIn, type Named, saidIn } from "./said.ts";
import type { Mention, Typed } from "./tokens.ts";
import { parseText } from "./typed.ts";

export interface ParseOptions {
  readonly commands: readonly Command[];
  readonly clock: Clock;
  /** Looks up the Entra object id of someone in the conversation. Undefined if they aren't in this tenant. @throws Refusal if the look-up fails for now */
  objectIdOf(use: Use, who: Pick<Named, "mentioned" | "name">): Promise<string | undefined>;
}

/** What someone asks for, not yet read. Undefined if it isn't addressed to the bot. */
export function callFrom(use: Use, options: ParseOptions): UnreadCall | undefined {
  const { from, conversation } = use;
  const personal = conversation.conversationType === "personal";
  if (!personal && !isForUs(use)) return undefined;
  return {
    id: callId(conversation.id, use.id),
    account: accountOf(from.aadObjectId, from.name),
    place: personal ? "direct" : "team",
    replyTo: {
      platform: "teams",
      account: from.aadObjectId,
      data: {
        serviceUrl: use.serviceUrl,
        conversation: conversation.id,
        type: conversation.conversationType,
        user: from.id,
        activity: use.id,
        at: options.clock.now().toISOString(),
      },
    },
    async read() {
      refuseLarge(sizeOf(use));
      const { typed, people } = await peopleIn(use, options);
      return {
        line: withFile(lineOf(use, typed, options.commands), use, options.commands),
        people: Object.fromEntries(people.map((account) => [account.id, account])),
        files: Object.fromEntries(
          filesIn(use).map(({ name, content }) => [
            content.uniqueId,
            { platform: "teams", name: oneLineName(name) ?? "The file", url: content.downloadUrl },
          ]),
        ),
      };
    },
  };
}

/** The size of what is typed, filled into a form, or carried by a button. The HTML that comes with a text says the same, so the longer of the two counts. */
function sizeOf(use: Use): Size {
  const filled = filledIn(use).reduce((sum, [, value]) => sum + value.length, 0);
  const clicked = filled + (carriedBy(use)?.openclaw.length ?? 0);
  if (use.type !== "message") return { text: clicked, mentions: 0 };
  const html = (use.attachments ?? []).reduce(
    (sum, one) => sum + (one?.contentType === "text/html" ? one.content.length : 0),
    0,
  );
  return { text: clicked + Math.max((use.text ?? "").length, html), mentions: mentionsIn(use).length };
}

/** Teams vouches for the object id, so it is also the account's own id. */
const accountOf = (objectId: string, name: string): Account => ({
  platform: "teams",
  id: objectId,
  name: oneLineName(name) ?? objectId,
  objectId,
});

/**
 * In a group, the bot may receive everything that is said there; only what is addressed to it counts. Its mentions show that, unless
 * another person's message came along: its mentions are in the same list, so it has to be read whose they are.
 */
function isForUs(use: Use): boolean {
  if (carriedBy(use) || use.recipient.isTargeted) return true;
  if (use.type !== "message" || !mentionsIn(use).some(isBotOf(use))) return false;
  if (!mayCarry(use)) return true;
  const { text, mentions } = sizeOf(use);
  // It is refused unread, along with whatever came with it.
  if (text > mostText || mentions > mostMentions) return true;
  const { carries, typed } = saidIn(use);
  return !carries || typed.some((piece) => typeof piece !== "string" && isBotOf(use)(piece));
}

const isBotOf =
  ({ recipient }: Use) =>
  ({ mentioned }: Pick<Named, "mentioned">): boolean =>
    mentioned.id === recipient.id;

/** The typed text with the people mentioned. Someone without a known object id appears with their id in the chat, which the engine doesn't know. */
async function peopleIn(
  use: Use,
  { objectIdOf }: ParseOptions,
): Promise<{ readonly typed: Typed; readonly people: readonly Account[] }> {
  if (use.type !== "message" || carriedBy(use)) return { typed: [], people: [] };
  const found = new Map<string, Promise<string | undefined>>();
  const lookedUp = (who: Named) => {
    const { id } = who.mentioned;
    const asked = found.get(id) ?? objectIdOf(use, who);
    found.set(id, asked);
    return asked;
  };
  const people: Account[] = [];
  const mentionOf = async (who: Named): Promise<Mention> => {
    const { mentioned, text, name } = who;
    if (isBotOf(use)({ mentioned })) return { text };
    const objectId = mentioned.aadObjectId ?? (await lookedUp(who));
    if (objectId !== undefined) people.push(accountOf(objectId, name));
    return { text, person: objectId ?? mentioned.id };
  };
  const typed = await Promise.all(
    saidIn(use).typed.map((piece) => (typeof piece === "string" ? piece : mentionOf(piece))),
  );
  return { typed, people };
}

function lineOf(use: Use, typed: Typed, commands: readonly Command[]): CommandLine {
  const clicked = carriedBy(use);
  if (clicked) {
    const line = decodeLine(clicked.openclaw) ?? unknownLine;
    return { ...line, options: { ...line.options, ...Object.fromEntries(filledIn(use)) } };
  }
  if (use.type === "invoke" || (use.value !== undefined && use.value !== null)) return unknownLine;
  return parseText(typed, commands);
}

/** The fields of a filled-in form. */
function filledIn(use: Use): readonly (readonly [string, string])[] {
  const clicked = carriedBy(use);
  return (clicked?.fields ?? []).flatMap((field) => {
    const value = clicked?.[field];
    return typeof value === "string" ? [[field, value] as const] : [];
  });
}

const filesIn = (use: Use) =>
  use.type === "message"
    ? (use.attachments ?? []).flatMap((attachment) =>
        attachment?.contentType === "application/vnd.microsoft.teams.file.download.info" ? [attachment] : [],
      )
    : [];

/** A file is attached to the message, not named in it: it belongs to the option that takes one. */
function withFile(line: CommandLine, use: Use, commands: readonly Command[]): CommandLine {
  const [file] = filesIn(use);
  const specs = commands.find(({ name }) => name === line.command)?.options ?? {};
  const option = Object.entries(specs).find(([, { type }]) => type === "file")?.[0];
  if (!file || option === undefined) return line;
  return { ...line, options: { ...line.options, [option]: file.content.uniqueId } };
}
