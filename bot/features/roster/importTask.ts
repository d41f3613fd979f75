import { batchTask } from "../../batch/batch.ts";
import { whatWentWrong } from "../../cards/operationCards.ts";
import { AccountTaken, Conflict, Refusal } from "../../core/errors.ts";
import { memberKey, operationId } from "../../core/names.ts";
import type { OperationRecord } from "../../core/operation.ts";
import { personOf } from "../../core/people.ts";
import type { ImportEntry, ImportPart } from "../../core/team.ts";
import { brief, mostReason } from "../../core/text.ts";
import { botOf, carryOut } from "../../engine/carryOut.ts";
import { mayStill } from "../../engine/now.ts";
import type { Parts } from "../../parts.ts";
import { change, differences, join, unfulfilled } from "./entry.ts";
import { outcome } from "./importCard.ts";
import { importChange, importRows } from "./importRows.ts";

/** How many entries are applied before the import's progress is saved and its message updated. */
const atOnce = 5;
/** How long to wait before checking again whether all changes in Azure have finished. */
const lookSeconds = 3;

/**
 * Applies the next entries of a confirmed import, each as `roster add` or `roster role` would. The claim shows what an
 * earlier attempt applied before it died.
 */
export const importTask = batchTask<ImportPart>({
  kind: "import",
  rows: ({ id }, { store }) => importRows(id, store),
  nextLookAt: ({ nextLookAt }) => nextLookAt,
  step: async (values, parts, isLastTry) => expecting(await step(values, parts, isLastTry), parts),
  change: importChange,
  card: (values) => {
    const entries = values.flatMap((value) => value.entries);
    return outcome(values[0]?.id ?? "", entries, values[0]?.status === "running");
  },
});

/** Adds the time of the next look. */
function expecting({ values, inSeconds }: Awaited<ReturnType<typeof step>>, { clock }: Parts) {
  const nextLookAt = new Date(clock.now().getTime() + (inSeconds ?? 0) * 1000).toISOString();
  return { values: values.map((value, part) => (part === 0 ? { ...value, nextLookAt } : value)), inSeconds };
}

async function step(before: readonly ImportPart[], parts: Parts, isLastTry: boolean) {
  const [first] = before;
  const asker = first && (await personOf(first.by, parts.store)).member?.value.key;
  const next = nextOf(before, asker);
  const values = [...before];
  for (const { part, at, entry } of next) {
    const value = values[part];
    if (value)
      values[part] = {
        ...value,
        entries: value.entries.with(at, await outcomeOf(entry, value, isLastTry, parts)),
      };
  }
  if (next.length > 0 || !first) return { values, inSeconds: 0 };
  const hasEnded = await finish(first.id, values, parts);
  if (hasEnded && values[0]) values[0] = { ...values[0], status: "done" };
  return { values, inSeconds: hasEnded ? undefined : lookSeconds };
}

const isOpen = ({ state }: ImportEntry): boolean => state === "add" || state === "change";

/** Entries that take the admin role away come late, because the roster needs another admin first. The asker's own entry comes last. */
const nextOf = (values: readonly ImportPart[], asker: string | undefined) =>
  values
    .flatMap(({ entries }, part) => entries.map((entry, at) => ({ part, at, entry })))
    .filter(({ entry }) => isOpen(entry))
    .toSorted((a, b) => rankOf(a.entry, asker) - rankOf(b.entry, asker))
    .slice(0, atOnce);

function rankOf({ person, role }: ImportEntry, asker: string | undefined): number {
  if (person && memberKey(person.objectId) === asker) return 2;
  return role === "user" ? 1 : 0;
}

/** Whether all changes in Azure have ended. Marks the entries whose operation failed in `values`. */
async function finish(id: string, values: ImportPart[], { store }: Parts): Promise<boolean> {
  const operations = new Map<ImportEntry, OperationRecord>();
  const entries = values.flatMap((value) => value.entries);
  await Promise.all(
    entries.map(async (entry) => {
      const key = entry.person && memberKey(entry.person.objectId);
      if (key === undefined || (entry.state !== "added" && entry.state !== "changed")) return;
      const operation = await store.get(key, "op", operationId(causeOf(id, key)));
      if (operation) operations.set(entry, operation.value);
    }),
  );
  if ([...operations.values()].some(({ status }) => status === "running")) return false;
  values.forEach((value, part) => {
    values[part] = {
      ...value,
      entries: value.entries.map((entry) => entryEnded(entry, operations.get(entry))),
    };
  });
  return true;
}

/** The state of an entry once the operation that it started has ended. */
export const entryEnded = (entry: ImportEntry, operation: OperationRecord | undefined): ImportEntry =>
  operation?.status === "failed"
    ? { ...entry, state: "unfinished", said: whatWentWrong(operation.fault) || entry.said }
    : entry;

/** The cause from which an entry's operation derives its id: applied twice, it takes effect once. */
const causeOf = (id: string, key: string): string => `import-${id}-${key}`;

/** An entry that can't be applied must not block the others. @throws what is worth another attempt, unless this is the last one */
async function outcomeOf(
  entry: ImportEntry,
  part: ImportPart,
  isLastTry: boolean,
  parts: Parts,
): Promise<ImportEntry> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await apply(entry, part, parts);
    } catch (error) {
      if (error instanceof Conflict && tries < 4) continue;
      // The failed write may have reached the store, or another worker may have applied the entry in the meantime.
      const key = entry.person && memberKey(entry.person.objectId);
      if (key && (await parts.store.get(key, "claim", causeOf(part.id, key)).catch(() => undefined)))
        return done(entry);
      if (error instanceof Refusal) return refused(entry, error.why);
      if (error instanceof AccountTaken) return refused(entry, "that account is linked to another member");
      if (!isLastTry && !(error instanceof Conflict)) throw error;
      parts.log.error("an entry of an import failed", error, { import: part.id, entry: entry.label });
      return refused(entry, "something went wrong on our side: import it again");
    }
  }
}

const refused = (entry: ImportEntry, said: string): ImportEntry => ({
  ...entry,
  state: "refused",
  said: brief(said, mostReason),
});

async function apply(entry: ImportEntry, part: ImportPart, parts: Parts): Promise<ImportEntry> {
  const { store } = parts;
  if (!entry.person) return refused(entry, "I don't know who that is");
  if (!(await mayStill(part.by, parts))) return refused(entry, "the person who asked is no longer an admin");
  const bot = botOf(parts);
  const person = { ...entry.person, email: entry.person.email };
  const key = memberKey(person.objectId);
  const id = causeOf(part.id, key);
  if (await store.get(key, "claim", id)) return done(entry);
  const { member, instance } = await store.person(key);
  const asked = { cause: id, by: part.by };
  const active = member?.value.status === "active" ? member : undefined;
  // A removal since the differences were shown stands.
  const addedSince = member !== undefined && member.value.addedAt > part.listedAt;
  if (!active && (entry.state === "change" || addedSince))
    return refused(entry, "has left the roster in the meantime: import them again");
  if (active && (await differences(active, entry, bot)).length === 0)
    // Another worker may have added them since the first look at the claim, which is in the same transaction.
    return (await store.get(key, "claim", id)) ? done(entry) : { ...entry, state: "same", said: "" };
  const { write, member: after } = active
    ? await change(active, instance, await unfulfilled(active, entry, bot), asked, bot)
    : await join(person, entry, asked, bot);
  const reply = { card: { title: `${after.name} was imported.`, tone: "good" } } as const;
  const byMember = (await personOf(part.by, store)).member?.value.key;
  await carryOut(write, { id, account: part.by, member: byMember, partition: key, reply }, parts);
  return done(entry);
}

const done = (entry: ImportEntry): ImportEntry => ({
  ...entry,
  state: entry.state === "add" ? "added" : "changed",
});
