import { isIPv4 } from "node:net";
import type { Access } from "../core/instance.ts";

/** An IPv4 address as a number. */
export const numberOf = (address: string): number =>
  address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);

function read(range: string): { readonly address: number; readonly bits: number } | undefined {
  const [address = "", bits = "32"] = range.split("/");
  return isIPv4(address) ? { address: numberOf(address), bits: Number(bits) } : undefined;
}

/** Whether all of an address or range lies in another one. What is neither, such as `*`, lies in itself alone. */
export function covers(range: string, inner: string): boolean {
  if (range === inner) return true;
  const [around, inside] = [read(range), read(inner)];
  if (!around || !inside || around.bits > inside.bits) return false;
  const size = 2 ** (32 - around.bits);
  return Math.floor(around.address / size) === Math.floor(inside.address / size);
}

/** Whether one of these opens all of it. */
export const isReached = (address: string, by: readonly string[]): boolean =>
  by.some((range) => covers(range, address));

/** The same addresses without those that lie in another one: Azure refuses a rule in which two overlap. */
export const widest = (ranges: readonly string[]): readonly string[] =>
  [...new Set(ranges)].filter(
    (range, _, all) => !all.some((other) => other !== range && covers(other, range)),
  );

/** The same rights without what says nothing more: an address in a range that is open for as long at least. */
export const withoutRepeats = (access: readonly Access[]): readonly Access[] =>
  access.filter(
    (one, at) =>
      !access.some(
        (other, index) =>
          index !== at &&
          covers(other.address, one.address) &&
          // Of two that say the same the first stays.
          (other.until > one.until ||
            (other.until === one.until && (other.address !== one.address || index < at))),
      ),
  );
