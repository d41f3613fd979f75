import { isOwed } from "../core/delivery.ts";
import { accountPartition } from "../core/names.ts";
import type { Delivery, Inbox } from "../core/records.ts";
import type { Parts } from "../parts.ts";
import { decidedAnew, enter, wakeUp } from "./outbox.ts";

/** Where a message to somebody stands among those that are owed to them. */
interface Place {
  readonly isFirst: boolean;
  readonly direct: string | undefined;
}

/** Only what comes to somebody unasked has an order. */
const hasInbox = ({ to, routes }: Delivery): boolean => to.account !== "" && routes[0] !== "answer";

/**
 * Whether it is this message's turn: what was owed to somebody first goes out first, however it is refused or held up. Each is in
 * the line before its first try, and is woken when those before it are through.
 */
export async function turnOf(partition: string, delivery: Delivery, parts: Parts): Promise<Place> {
  if (!hasInbox(delivery)) return { isFirst: true, direct: undefined };
  const { id } = delivery;
  const { line, direct } = await change(delivery, parts, async (found) => {
    const left = await withoutOver(found.line, id, parts);
    return { ...found, line: left.some((one) => one.id === id) ? left : [...left, { partition, id }] };
  });
  return { isFirst: line[0]?.id === id, direct };
}

/**
 * It waits no longer: the next one is woken.
 * @param direct the channel of that person alone, where it was sent in that: the platform need not be asked for it the next time
 */
export async function leaveLine(delivery: Delivery, direct: string | undefined, parts: Parts): Promise<void> {
  if (delivery.to.account === "") return;
  const { line } = await change(delivery, parts, async (found) => ({
    ...found,
    ...(direct !== undefined && { direct }),
    line: await withoutOver(
      found.line.filter(({ id }) => id !== delivery.id),
      undefined,
      parts,
    ),
  }));
  const [next] = line;
  if (next) await wakeUp({ kind: "delivery", member: next.partition, id: next.id }, 0, parts);
}

/** Without those before this message that are over already, whoever was to take them out. */
async function withoutOver(
  line: Inbox["line"],
  id: string | undefined,
  parts: Parts,
): Promise<Inbox["line"]> {
  const [first, ...rest] = line;
  if (first === undefined || first.id === id) return line;
  const owed = (await parts.store.get(first.partition, "delivery", first.id))?.value;
  return owed && isOwed(owed) ? line : withoutOver(rest, id, parts);
}

async function change(
  { to: { platform, account } }: Delivery,
  parts: Parts,
  make: (found: Inbox) => Promise<Inbox>,
): Promise<Inbox> {
  const partition = accountPartition({ platform, id: account });
  return decidedAnew(async () => {
    const row = await parts.store.get(partition, "inbox", "");
    const before = row?.value ?? { line: [] };
    const after = await make(before);
    if (JSON.stringify(after) === JSON.stringify(before)) return before;
    await enter({ partition, changes: [{ kind: "inbox", id: "", value: after, etag: row?.etag }] }, parts);
    return after;
  });
}
