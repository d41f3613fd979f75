import type { Action, CloudPlace, Pins } from "../core/cloud.ts";
import { AzureFault } from "../core/errors.ts";
import type { Parts } from "../parts.ts";
import { actionSeconds } from "./hold.ts";
import { inTime } from "./inTime.ts";

/**
 * Has Azure do something. When its time is over nothing more of it leaves here: what it had still to ask might come after what somebody else
 * does by then.
 * @param by at the latest; without it, for as long as an action may take
 * @throws AzureFault also where it takes longer than it may: the next look tells what came of it
 */
export async function acting(
  key: string,
  place: CloudPlace,
  action: Action,
  parts: Pick<Parts, "cloud" | "clock" | "wait">,
  by = new Date(parts.clock.now().getTime() + actionSeconds * 1000),
): Promise<Pins | undefined> {
  const ending = new AbortController();
  if (parts.clock.now() < by) {
    const value = parts.cloud.act(key, place, action, ending.signal).then((pins) => ({ pins }));
    const done = await inTime(by, value, parts);
    if (done) return done.pins;
    ending.abort();
  }
  const detail = `no answer to ${action.do} in the time that it may take`;
  throw new AzureFault({ service: "Azure", status: 0, code: "Timeout", detail, correlation: "" });
}
