import { gt, major } from "semver";
import type { Fault } from "./fault.ts";
import type { Published } from "./npm.ts";
import type { Pin } from "./pins.ts";

/** A fault, and why nothing can be done about it yet; undefined if something can. */
export interface Judged extends Fault {
  readonly waits: string | undefined;
}

/**
 * The development dependency `node` comes from npm, which can be behind Node's own releases. It only runs this
 * repository's scripts and tests, so it can wait for npm: a security release that npm doesn't have is listed but
 * doesn't count. Everything else counts, with or without a remedy.
 */
export function judged(fault: Fault, nodeOnNpm: Published | undefined): Judged {
  const { pin, mendedBy } = fault;
  if (pin.source !== "node" || pin.name !== "node" || mendedBy === undefined || nodeOnNpm === undefined)
    return { ...fault, waits: undefined };
  const newer = nodeOnNpm.versions.filter(
    (version) => major(version) === major(pin.version) && gt(version, pin.version),
  );
  return {
    ...fault,
    waits: newer.length === 0 ? `npm has no newer version of its ${major(pin.version)} line` : undefined,
  };
}

/** A line about a fault. */
export const faultLine = ({ pin, says, url, waits }: Judged): string =>
  `${pin.name} ${pin.version} in ${pin.file}: ${says}${waits === undefined ? "" : ` (not counted: ${waits})`}\n    ${url}`;

/** A line about a pin's age, which the source may not know. */
export function ageLine(pin: Pin, at: string | undefined, latest: string | undefined, now: Date): string {
  const days = Math.floor((now.getTime() - Date.parse(at ?? "")) / 86_400_000);
  const age = Number.isNaN(days) ? "age unknown" : `${days} days old`;
  return `${pin.name} ${pin.version} in ${pin.file}: ${age}${latest === undefined || latest === pin.version ? "" : `, newest ${latest}`}`;
}
