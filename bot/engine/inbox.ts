import { isOwed } from "../core/delivery.ts";
import { accountPartition } from "../core/names.ts";
import type { Delivery, Inbox } from "../core/records.ts";
import type { Parts } from "../parts.ts";
import { decidedAnew, enter, wakeUp } from "./outbox.ts";

/** A message's place among those owed to the same person. */
interface Place {
  readonly isFirst: boolean;
  readonly direct: string | undefined;
}

/** Only messages that no one asked for have an order. */
const hasInbox = ({ to, routes }: Delivery): boolean => to.account !== "" && routes[0] !== "answer";

/**
 * Whether it is this message's turn: what was first owed to someone is sent first, however it is refused or held up. Each message
 * joins the line before its first attempt, and is woken once those before it are finished.
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
 * Leaves the line and wakes the next message.
 * @param direct the channel with only that person, if it was sent there: the platform needn't be asked for it next time
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
  if (next) await wakeUp({ kind: "delivery", partition: next.partition, id: next.id }, 0, parts);
}

/** Without the finished messages before this one, whoever should have removed them. */
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
