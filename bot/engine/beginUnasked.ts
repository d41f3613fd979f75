import { Conflict } from "../core/errors.ts";
import { type Account, accountKey } from "../core/member.ts";
import { personOf } from "../core/people.ts";
import type { Change } from "../core/store.ts";
import type { Parts } from "../parts.ts";
import type { Begun } from "./begin.ts";
import { enter } from "./outbox.ts";

/**
 * Starts an operation that no call starts: the bot's own, or one of a batch.
 * @returns whether it was written; if not, the caller looks again at what someone else did
 */
export async function beginUnasked(
  key: string,
  audit: string,
  begun: Begun,
  parts: Parts,
  by?: Account,
): Promise<boolean> {
  const { store, clock } = parts;
  const at = clock.now().toISOString();
  const byMember = by && (await personOf(by, store)).member?.value.key;
  const entry: Change = {
    kind: "audit",
    id: `${at}-${begun.id}`,
    value: { at, by: by ? accountKey(by) : "bot", byMember, what: audit, about: key, call: begun.id },
  };
  try {
    const { person, changes, wake } = begun;
    await enter({ partition: key, person, changes: [...changes, entry], wake }, parts);
    return true;
  } catch (error) {
    // Someone else was faster. If they did something else, the caller looks again.
    if (!(error instanceof Conflict)) throw error;
    return false;
  }
}
