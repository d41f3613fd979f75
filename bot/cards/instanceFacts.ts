import type { Fact } from "../core/card.ts";
import { type Instance, isOpenToAll, isRunning, mustLock } from "../core/instance.ts";
import { type CardView, openNow } from "../core/operation.ts";
import { pricePhrase } from "../core/price.ts";
import type { Settings } from "../core/settings.ts";
import { instant, type Words, words } from "../core/text.ts";
import { openAddresses } from "./connect.ts";

/** How an instance is now, at a glance. */
export function instanceFacts(
  view: Pick<CardView, "instance" | "settings" | "price">,
  now: Date,
): readonly Fact[] {
  const { instance, settings, price } = view;
  const { generation, size, publicIp, backedUpAt } = instance;
  if (generation === undefined) return [["State", stateSentence(instance)]];
  return [
    ["State", sinceSentence(instance)],
    ["SSH", sshSentence(instance, settings, now)],
    ...(price ? [["Price", pricePhrase(price)] as const] : []),
    ...(backedUpAt ? [["Last backup", instant(backedUpAt)] as const] : []),
    ...(size ? [["Size", size] as const] : []),
    ...(publicIp && isRunning(instance) ? [["Address", publicIp] as const] : []),
  ];
}

/** The time that a card is about: the last look at the instance, or the start of its operation if that is later. */
export const shownAt = ({ operation, instance }: Pick<CardView, "operation" | "instance">): Date =>
  new Date(Math.max(Date.parse(operation.startedAt), Date.parse(instance.seenAt)));

/** The state in words. */
export const stateSentence = (instance: Instance): string =>
  ({
    absent: "there is none",
    deploying: "being built",
    booting: "booting",
    ready: "ready",
    degraded: "running, but OpenClaw doesn't answer",
    stopping: "stopping",
    stopped: "stopped",
    starting: "starting",
    deleting: "being deleted",
    broken: "broken: it was not finished, or parts of it were deleted",
  })[instance.state];

const sinceSentence = (instance: Instance): Words =>
  instance.since
    ? words`${stateSentence(instance)}, since ${instant(instance.since)}`
    : stateSentence(instance);

function sshSentence(instance: Instance, settings: Settings, now: Date): Words {
  if (isOpenToAll(instance, settings)) return "open for any address";
  if (instance.networkPolicy === "open" && mustLock(instance, settings))
    return "still open for any address; I'm closing it, as the policy says";
  const open = openNow(instance, now);
  return open.length === 0 ? "closed" : words`open for ${openAddresses(open)}`;
}
