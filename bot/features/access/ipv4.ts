import { isIPv4 } from "node:net";
import { Refusal } from "../../core/errors.ts";
import { quoted } from "../../core/quoted.ts";
import { numberOf } from "../../steps/ranges.ts";

/** Ranges that never reach Azure from outside (IANA IPv4 Special-Purpose Address Registry, 2026). */
const special: readonly (readonly [string, number])[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
];

const within = (address: number, [base, bits]: readonly [string, number]): boolean =>
  Math.floor(address / 2 ** (32 - bits)) === Math.floor(numberOf(base) / 2 ** (32 - bits));

/**
 * Reads the address to open SSH for: one IPv4 address, or a range no wider than /24.
 * Returns it in the form that Azure stores.
 * @throws Refusal
 */
export function publicAddress(text: string): string {
  const [address = "", bits, ...rest] = text.trim().split("/");
  if (!isIPv4(address) || rest.length > 0)
    throw new Refusal(
      `${quoted(text, 60)} is not an IPv4 address. Give your public one, such as 203.0.113.7.`,
    );
  const number = numberOf(address);
  if (special.some((range) => within(number, range)))
    throw new Refusal(
      `${address} is a private or reserved address that Azure never sees. Give your public IPv4 address, the one that websites see.`,
    );
  if (bits === undefined) return address;
  if (!/^\d{1,2}$/.test(bits) || Number(bits) > 32)
    throw new Refusal(
      `${quoted(`/${bits}`, 20)} is not a range. Give one address, or a range such as 203.0.113.0/28.`,
    );
  if (Number(bits) < 24) throw new Refusal("That range is too wide: /24 (256 addresses) is the widest.");
  if (Number(bits) === 32) return address;
  const size = 2 ** (32 - Number(bits));
  const base = Math.floor(number / size) * size;
  return `${[24, 16, 8, 0].map((shift) => Math.floor(base / 2 ** shift) % 256).join(".")}/${bits}`;
}
