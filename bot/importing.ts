import { mayStill } from "./adminNow.ts";
import { botOf, carryOut } from "./carryOut.ts";
import { change, differences, join, unfulfilled } from "./commands/roster/entry.ts";
import { outcome } from "./core/cards/importCard.ts";
import { AccountTaken, Conflict, Refusal } from "./core/errors.ts";
import { memberKey } from "./core/identifiers.ts";
import { personOf } from "./core/people.ts";
import type { Change, Row, WorkMessage } from "./core/store.ts";
import { type ImportEntry, type ImportPart, importRow } from "./core/team.ts";
import { deliver } from "./deliver.ts";
import type { Parts } from "./parts.ts";

/** After so many entries it is written down how far an import has come, and its message is brought up to date. */
const batch = 5;

/**
 * Applies the next entries of an import that was confirmed, each as `roster add` and `roster role` would. What was applied by an
 * earlier try that died is found by its claim.
 */
export async function carryOnImport(message: WorkMessage, parts: Parts): Promise<void> {
  const { member: partition, id } = message;
  const { store, queue } = parts;
  const rows = await rowsOf(partition, id, parts);
  if (rows[0]?.value.status === "running") {
    const next = rows.find(({ value }) => value.entries.some(isOpen));
    const values = rows.map(({ value }) => value);
    if (next) values[next.value.part] = await applied(next.value, parts);
    const ended = !values.some(({ entries }) => entries.some(isOpen));
    if (ended && values[0]) values[0] = { ...values[0], status: "done" };
    try {
      await store.commit(partition, [
        ...rows.flatMap(({ etag, value }, part): Change[] => {
          const after = values[part];
          return after && after !== value
            ? [{ kind: "import", id: importRow(id, part), value: after, etag }]
            : [];
        }),
        ...(await told(partition, id, values, parts)),
      ]);
    } catch (error) {
      // Another worker was faster: what it did is found by the next look.
      if (!(error instanceof Conflict)) throw error;
    }
    if (!ended) await queue.send(message, 0);
  }
  await deliver(partition, id, parts);
}

async function rowsOf(partition: string, id: string, { store }: Parts): Promise<readonly Row<ImportPart>[]> {
  const first = await store.get(partition, "import", importRow(id, 0));
  const rows = [first];
  for (let part = 1; part < (first?.value.parts ?? 0); part += 1)
    rows.push(await store.get(partition, "import", importRow(id, part)));
  return rows.flatMap((row) => row ?? []);
}

const isOpen = ({ state }: ImportEntry): boolean => state === "add" || state === "change";

async function told(
  partition: string,
  id: string,
  values: readonly ImportPart[],
  { store }: Parts,
): Promise<readonly Change[]> {
  const row = await store.get(partition, "delivery", id);
  if (!row) return [];
  const value = {
    ...row.value,
    card: outcome(
      id,
      values.flatMap(({ entries }) => entries),
    ),
    revision: row.value.revision + 1,
  };
  return [{ kind: "delivery", id, value, etag: row.etag }];
}

async function applied(part: ImportPart, parts: Parts): Promise<ImportPart> {
  const entries = [...part.entries];
  for (let done = 0; done < batch; done += 1) {
    const at = entries.findIndex(isOpen);
    const entry = entries[at];
    if (entry) entries[at] = await outcomeOf(entry, part, parts);
  }
  return { ...part, entries };
}

/** One that can't be applied must not keep the others from it. */
async function outcomeOf(entry: ImportEntry, part: ImportPart, parts: Parts): Promise<ImportEntry> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await apply(entry, part, parts);
    } catch (error) {
      if (error instanceof Conflict && tries < 4) continue;
      if (error instanceof Refusal) return refused(entry, error.message);
      if (error instanceof AccountTaken) return refused(entry, "that account is linked to another member");
      parts.log.error("an entry of an import failed", error, { import: part.id, entry: entry.label });
      return refused(entry, "something went wrong on our side: import it again");
    }
  }
}

const refused = (entry: ImportEntry, said: string): ImportEntry => ({
  ...entry,
  state: "refused",
  said: said.replace(/ Nothing was changed\.$/, ""),
});

async function apply(entry: ImportEntry, part: ImportPart, parts: Parts): Promise<ImportEntry> {
  const { store } = parts;
  if (!entry.person) return refused(entry, "nobody knows who that is");
  if (!(await mayStill(part.by, parts))) return refused(entry, "whoever asked for it is no admin any more");
  const bot = botOf(parts);
  const person = { ...entry.person, email: entry.person.email };
  const key = memberKey(person.objectId);
  const id = `import-${part.id}-${key}`;
  if (await store.get(key, "claim", id)) return done(entry);
  const { member, instance } = await store.person(key);
  const asked = { cause: id, by: part.by };
  const active = member?.value.status === "active" ? member : undefined;
  // Removed since the differences were shown: that stands.
  if (!active && entry.state === "change")
    return refused(entry, "has left the roster since: import it again");
  if (active && differences(active, entry).length === 0) return { ...entry, state: "same", said: "" };
  const { write, member: after } = active
    ? await change(active, instance, unfulfilled(active, entry), asked, bot)
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
