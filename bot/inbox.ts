import { isOwed } from "./core/delivery.ts";
import { Conflict } from "./core/errors.ts";
import { accountPartition } from "./core/partition.ts";
import type { Route } from "./core/platform.ts";
import type { Delivery, Inbox } from "./core/records.ts";
import type { Store } from "./core/store.ts";
import type { Parts } from "./parts.ts";

/** Where a message to somebody stands among those that had to wait. */
interface Place {
  readonly isFirst: boolean;
  /** Others wait before or behind it, or it has waited itself. */
  readonly inLine: boolean;
  readonly direct: string | undefined;
}

/** Only what comes to somebody unasked has an order. */
const hasInbox = ({ to, routes }: Delivery): boolean => to.account !== "" && routes[0] !== "answer";

/**
 * Whether it is this message's turn: one that had to wait goes out before what was owed to the same person later. One whose turn it
 * is not is put into the line, and is woken when those before it are through.
 */
export async function turnOf(partition: string, delivery: Delivery, parts: Parts): Promise<Place> {
  if (!hasInbox(delivery)) return { isFirst: true, inLine: false, direct: undefined };
  const { id } = delivery;
  const inbox = await change(delivery, parts, async (found) => {
    const line = await withoutOver(found.line, id, parts.store);
    const mustJoin = line.length > 0 && !line.some((one) => one.id === id);
    return { ...found, line: mustJoin ? [...line, { partition, id }] : line };
  });
  const [first] = inbox.line;
  return {
    isFirst: first === undefined || first.id === id,
    inLine: first !== undefined,
    direct: inbox.direct,
  };
}

/** It has to wait; whatever comes to the same person later waits behind it. */
export async function joinLine(partition: string, delivery: Delivery, parts: Parts): Promise<void> {
  if (!hasInbox(delivery)) return;
  const { id } = delivery;
  await change(delivery, parts, async (found) =>
    found.line.some((one) => one.id === id) ? found : { ...found, line: [...found.line, { partition, id }] },
  );
}

/** It waits no longer: the next one is woken. */
export async function leaveLine(delivery: Delivery, parts: Parts): Promise<void> {
  if (delivery.to.account === "") return;
  const inbox = await change(delivery, parts, async (found) => ({
    ...found,
    line: found.line.filter(({ id }) => id !== delivery.id),
  }));
  const [next] = inbox.line;
  if (next) await parts.queue.send({ kind: "delivery", member: next.partition, id: next.id }, 0);
}

/** What the platform need not be asked for the next time. */
export async function keepDirect(
  delivery: Delivery,
  route: Route,
  channel: string,
  parts: Parts,
): Promise<void> {
  if (route === "dm") await change(delivery, parts, async (found) => ({ ...found, direct: channel }));
}

/** Those before this message that are over already, whoever was to take them out. */
async function withoutOver(line: Inbox["line"], id: string, store: Store): Promise<Inbox["line"]> {
  const [first, ...rest] = line;
  if (first === undefined || first.id === id) return line;
  const owed = (await store.get(first.partition, "delivery", first.id))?.value;
  return owed && isOwed(owed) ? line : withoutOver(rest, id, store);
}

async function change(
  { to: { platform, account } }: Delivery,
  { store }: Parts,
  make: (found: Inbox) => Promise<Inbox>,
): Promise<Inbox> {
  const partition = accountPartition({ platform, id: account });
  for (;;) {
    const row = await store.get(partition, "inbox", "");
    const before = row?.value ?? { line: [] };
    const after = await make(before);
    if (JSON.stringify(after) === JSON.stringify(before)) return before;
    try {
      await store.commit(partition, [{ kind: "inbox", id: "", value: after, etag: row?.etag }]);
      return after;
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
    }
  }
}
