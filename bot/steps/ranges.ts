import { isIPv4 } from "node:net";
import type { Access } from "../core/instance.ts";

/** An IPv4 address as a number. */
export const numberOf = (address: string): number =>
  address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);

function read(range: string): { readonly address: number; readonly bits: number } | undefined {
  const [address = "", bits = "32"] = range.split("/");
  return isIPv4(address) ? { address: numberOf(address), bits: Number(bits) } : undefined;
}

/** Whether a range includes all of another range or address. Anything else, such as `*`, includes only itself. */
export function covers(range: string, inner: string): boolean {
  if (range === inner) return true;
  const [around, inside] = [read(range), read(inner)];
  if (!around || !inside || around.bits > inside.bits) return false;
  const size = 2 ** (32 - around.bits);
  return Math.floor(around.address / size) === Math.floor(inside.address / size);
}

/** Whether one of these ranges includes all of the address. */
export const isReached = (address: string, by: readonly string[]): boolean =>
  by.some((range) => covers(range, address));

/** The same addresses without those included in another: Azure refuses a rule in which two overlap. */
export const widest = (ranges: readonly string[]): readonly string[] =>
  [...new Set(ranges)].filter(
    (range, _, all) => !all.some((other) => other !== range && covers(other, range)),
  );

/** The same entries without redundant ones: an address in a range that is open for at least as long. */
export const withoutRepeats = (access: readonly Access[]): readonly Access[] =>
  access.filter(
    (one, at) =>
      !access.some(
        (other, index) =>
          index !== at &&
          covers(other.address, one.address) &&
          // Of two equal entries the first stays.
          (other.until > one.until ||
            (other.until === one.until && (other.address !== one.address || index < at))),
      ),
  );
