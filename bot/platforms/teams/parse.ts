import { createHash } from "node:crypto";
import type { Account } from "../../core/account.ts";
import type { CommandLine } from "../../core/card.ts";
import type { Clock } from "../../core/clock.ts";
import type { Command } from "../../core/command.ts";
import { decodeLine } from "../../core/commandLine.ts";
import type { InboundCall } from "../../core/platform.ts";
import { oneLineName } from "../../core/text.ts";
import { type Mention, parseText } from "../../core/typed.ts";
import { carriedBy, type Use } from "./activity.ts";
import { mentionsIn, type Named, type Said, saidIn } from "./said.ts";

export interface ParseOptions {
  readonly commands: readonly Command[];
  readonly clock: Clock;
  /** Looks up the Entra object id of somebody in the conversation; undefined when they are not of our tenant. */
  objectIdOf(use: Use, id: string): Promise<string | undefined>;
}

/** What somebody asks for, in our words; undefined when it is not said to the bot. */
export async function callFrom(use: Use, options: ParseOptions): Promise<InboundCall | undefined> {
  const { from, conversation } = use;
  const personal = conversation.conversationType === "personal";
  const said: Said = use.type === "message" ? saidIn(use) : { text: "", named: [], carries: false };
  if (!personal && !isForUs(use, said)) return undefined;
  const { text, named } = said;
  const people = await peopleIn(use, named, options);
  const line = lineOf(use, text, people, options.commands);
  return {
    id: callId(conversation.id, use.id),
    account: accountOf(from.aadObjectId, from.name),
    line: withFile(line, use, options.commands),
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
    people: Object.fromEntries(people.flatMap(({ account }) => (account ? [[account.id, account]] : []))),
    files: Object.fromEntries(
      filesIn(use).map(({ name, content }) => [
        content.uniqueId,
        { platform: "teams", name: oneLineName(name) ?? "The file", url: content.downloadUrl },
      ]),
    ),
  };
}

/** An activity's id holds within its conversation only, and neither is safe as a key: 24 hexadecimal digits, the same for a repeat. */
const callId = (conversation: string, activity: string): string =>
  createHash("sha256")
    .update(JSON.stringify([conversation, activity]))
    .digest("hex")
    .slice(0, 24);

/** Teams vouches for the object id, so it is the account's own id too. */
const accountOf = (objectId: string, name: string): Account => ({
  platform: "teams",
  id: objectId,
  name: oneLineName(name) ?? objectId,
  objectId,
});

/** In a group the bot may be told everything that is said there; only what is said to it counts. */
function isForUs(use: Use, { named, carries }: Said): boolean {
  if (carriedBy(use) || use.recipient.isTargeted) return true;
  if (use.type !== "message") return false;
  const counted = carries ? named : mentionsIn(use);
  return counted.some(({ mentioned }) => mentioned.id === use.recipient.id);
}

interface Person {
  readonly mention: Mention;
  readonly account?: Account;
}

/** Who is mentioned. Somebody whose object id can't be had stands there by the id in the chat, which is nobody to the engine. */
function peopleIn(use: Use, named: readonly Named[], { objectIdOf }: ParseOptions): Promise<Person[]> {
  const found = new Map<string, Promise<string | undefined>>();
  const lookedUp = (id: string) => {
    const asked = found.get(id) ?? objectIdOf(use, id);
    found.set(id, asked);
    return asked;
  };
  return Promise.all(
    named.map(async ({ mentioned, text, name }): Promise<Person> => {
      if (mentioned.id === use.recipient.id) return { mention: { text } };
      const objectId = mentioned.aadObjectId ?? (await lookedUp(mentioned.id));
      const mention = { text, person: objectId ?? mentioned.id };
      return objectId === undefined ? { mention } : { mention, account: accountOf(objectId, name) };
    }),
  );
}

/** A button that we no longer know is a command that nobody knows: the answer says what there is. */
const unknown: CommandLine = { command: "unknown", options: {} };

function lineOf(
  use: Use,
  text: string,
  people: readonly Person[],
  commands: readonly Command[],
): CommandLine {
  const clicked = carriedBy(use);
  if (clicked) {
    const line = decodeLine(clicked.openclaw) ?? unknown;
    const filled = clicked.fields.flatMap((field) => {
      const value = clicked[field];
      return typeof value === "string" ? [[field, value] as const] : [];
    });
    return { ...line, options: { ...line.options, ...Object.fromEntries(filled) } };
  }
  if (use.type === "invoke" || (use.value !== undefined && use.value !== null)) return unknown;
  const mentions = people.map(({ mention }) => mention);
  return parseText(text, commands, mentions);
}

const filesIn = (use: Use) =>
  use.type === "message"
    ? (use.attachments ?? []).flatMap((attachment) =>
        attachment?.contentType === "application/vnd.microsoft.teams.file.download.info" ? [attachment] : [],
      )
    : [];

/** A file is attached to the message, not named in it: it is meant for the option that takes one. */
function withFile(line: CommandLine, use: Use, commands: readonly Command[]): CommandLine {
  const [file] = filesIn(use);
  const specs = commands.find(({ name }) => name === line.command)?.options ?? {};
  const option = Object.entries(specs).find(([, { type }]) => type === "file")?.[0];
  if (!file || option === undefined) return line;
  return { ...line, options: { ...line.options, [option]: file.content.uniqueId } };
}
