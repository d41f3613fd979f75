import * as z from "zod";
import { sharedAnswersOf } from "../oneMessage.ts";
import type { CrashWorld } from "./world.ts";

/** All that there is after the ends, each thing as a text that is the same in each run, by section. */
export type Outcome = Readonly<Record<Section, readonly string[]>>;
const sections = [
  "resources",
  "rows",
  "audit",
  "index",
  "passing",
  "messages",
  "private",
  "shared",
  "errors",
] as const;
type Section = (typeof sections)[number];

const object = z.record(z.string(), z.unknown());

/** What serves a call for some minutes: counted, not compared. */
const passing = ["claim", "confirm", "call"];
const asked = z.object({ status: z.literal("asked") });
const links = z.object({ given: z.array(z.looseObject({ used: z.boolean() })) });
/** In the cache: by which message a call was answered on Teams. Who dies first answers nobody. */
const answered = "teams-answer-";
/** The audit has sections of its own; and how long something took is longer where somebody died. */
const uncompared = [...passing, "audit", "usual"];
const inbox = z.object({ line: z.array(z.object({ partition: z.string(), id: z.string() })) });
const owed = z.object({ status: z.literal("open"), revision: z.number(), sent: z.number() });

export function whatThereIs(world: CrashWorld): Outcome {
  const rows = world.storage.rows().map((each) => ({ ...each, kind: kindOf(each) }));
  const plain = plainly(rows.map(({ row }) => row));
  const state = rows.filter(({ table }) => table === "state");
  return {
    resources: world.azure
      .resources()
      .map(({ id, type, tags, sku, zones, managedBy, properties }) =>
        plain({ id, type, tags, sku, zones, managedBy, properties }),
      )
      .toSorted(),
    rows: rows
      .filter(
        ({ table, kind }) => table !== "audit" && !uncompared.includes(kind) && !kind.startsWith(answered),
      )
      .map(({ table, partition, row, kind, value }) =>
        plain([
          table,
          partition,
          row,
          rowOf(kind, value, world),
          ...(table === "accounts" && !isHeld(partition, value, world) ? [countsForNothing] : []),
        ]),
      )
      .toSorted(),
    audit: state.filter(({ kind }) => kind === "audit").map(({ value }) => plain(value)),
    index: unlike(
      state
        .filter(({ kind }) => kind === "audit")
        .map(({ row, partition }) => `${row.slice(6)}:${partition}`),
      rows.filter(({ table }) => table === "audit").map(({ row }) => row),
    ).map(plain),
    passing: state.filter(({ kind }) => passing.includes(kind)).map(({ kind }) => kind),
    ...messagesOf(world, plain),
    shared: sharedAnswersOf(state.filter(({ kind }) => kind === "delivery")).map(plain),
    errors: [...world.errors],
  };
}

/** What was only asked, or tried, serves for some minutes like a confirmation. */
function kindOf({ row, value }: { readonly row: string; readonly value: unknown }): string {
  const [kind = "", id] = row.split(":");
  const isPassing =
    kind === "bulk" || kind === "import"
      ? asked.safeParse(value).success
      : kind === "config" && id !== undefined;
  return isPassing ? "confirm" : kind;
}

/** Entries of the audit that its index lacks, and the other way round. */
const unlike = (entries: readonly string[], index: readonly string[]): readonly string[] => [
  ...entries.filter((each) => !index.includes(each)).map((each) => `not in the index: ${each}`),
  ...index.filter((each) => !entries.includes(each)).map((each) => `in the index alone: ${each}`),
];

/** What is said of the tie of an account that the member's record lacks. */
export const countsForNothing = "counts for nothing";
const holder = z.object({ accounts: z.array(z.object({ platform: z.string(), id: z.string() })) });

function isHeld(account: string, key: unknown, { storage }: CrashWorld): boolean {
  const member = holder.safeParse(storage.row("state", z.string().parse(key), "member")).data;
  return member?.accounts.some(({ platform, id }) => `${platform}:${id}` === account) ?? false;
}

/** A row as far as it says what is so; not how often somebody had to look or try, nor on which way. */
function rowOf(kind: string, value: unknown, { storage }: CrashWorld): unknown {
  const found = object.safeParse(value);
  if (!found.success) return value;
  const row = found.data;
  if (kind === "op") {
    const { phase } = row["status"] === "running" ? row : {};
    // When somebody looked: whoever is late sees two phases as one. `told` only spares a look at a message.
    return { ...without(row, ["looks", "nextLookAt", "notes", "told", "times", "usual"]), phase };
  }
  if (kind === "inbox") {
    const { line } = inbox.parse(row);
    // Whoever is sent something next takes out what is over, and asks for the channel where nobody could note it.
    const waiting = line.filter(({ partition, id }) => {
      const delivery = owed.safeParse(storage.row("state", partition, `delivery:${id}`)).data;
      return delivery !== undefined && delivery.sent < delivery.revision;
    });
    return { waiting };
  }
  if (kind === "accessLinks") return links.parse(row).given.filter(({ used }) => used);
  if (kind !== "delivery") return row;
  const { to, card, status, ref, revision, sent } = row;
  // Where that was asked is where the messages show that it is answered.
  const whose = without(object.parse(to), ["data"]);
  return { to: whose, card, status, isSent: ref !== undefined, isUpToDate: Number(sent) >= Number(revision) };
}

const without = (row: Readonly<Record<string, unknown>>, names: readonly string[]) =>
  Object.fromEntries(Object.entries(row).filter(([name]) => !names.includes(name)));

type Plain = (value: unknown) => string;

/**
 * What people see, by place, in the order in which it was shown first, as `place, whom: text`. `private`: what only one sees of it, which is
 * no direct message. The place of a direct message is named by whose it is.
 */
function messagesOf({ discord, teams }: CrashWorld, plain: Plain): Pick<Outcome, "messages" | "private"> {
  const chats = discord.snapshot();
  const talks = teams.snapshot();
  const direct = new Map([
    ...chats.channels.filter(({ type }) => type === 1).map(({ id, members }) => [id, members[0]] as const),
    ...talks.conversations
      .filter(({ type }) => type === "personal")
      .map(({ id, members }) => [id, members[0]] as const),
  ]);
  const placeOf = (id: string): string => (direct.has(id) ? directOf(direct.get(id) ?? "") : `place ${id}`);
  const found = [
    ...chats.messages.map(({ message, onlyTo }) => ({
      place: placeOf(message.channel_id),
      onlyTo,
      text: plain([message.author.username, message.content, message.embeds, message.components]),
    })),
    ...talks.messages
      .filter(({ from }) => from.startsWith("28:"))
      .flatMap(({ conversationId, onlyTo, content: { attachments }, views = {} }) => [
        { place: placeOf(conversationId), onlyTo, text: plain(attachments) },
        // The card that answers a press takes the place of the other, for who pressed.
        ...Object.entries(views).map(([person, card]) => ({
          place: placeOf(conversationId),
          onlyTo: person,
          text: plain(card),
        })),
      ]),
  ].map(({ place, onlyTo, text }) => ({ onlyTo, text: `${place}, ${onlyTo ?? "all"}: ${text}` }));
  const shared = found.filter(({ onlyTo }) => onlyTo === undefined);
  return {
    messages: shared.map(({ text }) => text),
    private: found.filter(({ onlyTo }) => onlyTo !== undefined).map(({ text }) => text),
  };
}

/** The place of somebody's direct messages. */
export const directOf = (person: string): string => `direct ${person}`;

/** All that stands anywhere to be read, as it is in an outcome. */
export function whatIsSeen(world: CrashWorld): readonly string[] {
  const { messages, private: alone } = messagesOf(world, plainly(world.storage.rows().map(({ row }) => row)));
  return [...messages, ...alone];
}

/** A value without what differs from run to run: moments, and ids that are derived from a call or made up. */
function plainly(rowKeys: readonly string[]): Plain {
  const ids = new Set(
    rowKeys.flatMap((key) => key.split(/[:-]/).slice(1)).filter((part) => /^[a-z2-7]{12}$/.test(part)),
  );
  return (value) =>
    JSON.stringify(value, inOrder)
      .replaceAll(/\b[0-9a-f]{24}\b/g, "<call>")
      .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, "<time>")
      .replaceAll(/\b[0-9a-f]{64}\b/g, "<hash>")
      .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d UTC/g, "<time>")
      .replaceAll(/(\/api\/access\/\w+)\.[0-9a-f]+/g, "$1.<token>")
      .replaceAll(/<t:\d+:\w>/g, "<time>")
      .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, "<guid>")
      .replaceAll(/ssh-ed25519 [\w+/=]+/g, "<public key>")
      .replaceAll(/"token":"[\w-]{43}"/g, '"token":"<token>"')
      .replaceAll(/\b(?!1100000000000000)\d{17,20}\b/g, "<snowflake>")
      .replaceAll(/\b1[67]\d{11}\b/g, "<id>")
      .replaceAll(/(?<![a-z2-7])[a-z2-7]{12}(?![a-z2-7])/g, (id) => (ids.has(id) ? "<operation>" : id))
      // A notice is numbered by the looks that were needed.
      .replaceAll(/<operation>-\d+/g, "<operation>-<look>");
}

/** Objects with their fields in order. */
const inOrder = (_key: string, value: unknown): unknown =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    : value;

/** What is missing and what is too much, a line each: `section: missing …`; and where messages that both have come in another order. */
export function differences(expected: Outcome, found: Outcome): readonly string[] {
  return sections.flatMap((section) => {
    const left = [...found[section]];
    const missing = expected[section].filter((each) => {
      const at = left.indexOf(each);
      if (at >= 0) left.splice(at, 1);
      return at < 0;
    });
    return [
      ...missing.map((each) => `${section}: missing ${each}`),
      ...left.map((each) => `${section}: too much ${each}`),
      ...(section === "messages"
        ? disorder(less(expected[section], missing), less(found[section], left))
        : []),
    ];
  });
}

/** A list without those, of which each may be there more than once: the last ones go. */
function less(all: readonly string[], without: readonly string[]): readonly string[] {
  const kept = [...all];
  for (const each of without) kept.splice(kept.lastIndexOf(each), 1);
  return kept;
}

/** The first message of each place that comes where another one should. */
function disorder(expected: readonly string[], found: readonly string[]): readonly string[] {
  const placeOf = (message: string): string => message.slice(0, message.indexOf(","));
  const there = Map.groupBy(found, placeOf);
  return [...Map.groupBy(expected, placeOf)].flatMap(([place, messages]) => {
    const at = messages.findIndex((message, index) => message !== there.get(place)?.[index]);
    return at < 0 ? [] : [`order: ${there.get(place)?.[at]} comes before ${messages[at]}`];
  });
}

/** The same for a reader: what differs between two that are alike, and of the others how they start. */
export function shortened(lines: readonly string[]): readonly string[] {
  const left = [...lines];
  const told: string[] = [];
  for (let line = left.shift(); line !== undefined; line = left.shift()) {
    const [start, other] = line.includes(": missing ") ? [": missing ", ": too much "] : ["", ""];
    const mate = start === "" ? undefined : mateOf(line.replace(start, other), left);
    if (mate === undefined) told.push(line.slice(0, 300));
    else {
      left.splice(left.indexOf(mate), 1);
      told.push(apart(line.replace(start, ": "), mate.replace(other, ": ")));
    }
  }
  return told;
}

const mateOf = (line: string, others: readonly string[]): string | undefined =>
  others.find((other) => other.slice(0, 60) === line.slice(0, 60));

function apart(a: string, b: string): string {
  let start = 0;
  while (a[start] === b[start]) start += 1;
  let end = 0;
  while (a.at(-1 - end) === b.at(-1 - end) && end < Math.min(a.length, b.length) - start) end += 1;
  const part = (text: string) => text.slice(Math.max(0, start - 40), text.length - end + 10).slice(0, 300);
  return `${a.slice(0, 80)} … instead of\n        ${part(a)}\n    is  ${part(b)}`;
}
