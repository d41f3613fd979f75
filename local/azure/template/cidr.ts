import { Fault } from "./errors.ts";
import type { Value } from "./language.ts";

const dotted = (address: number) => [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join(".");

/** ARM's `parseCidr(…)` for IPv4, as Microsoft's engine (`bicep snapshot`, 0.49.2) evaluates it. */
export function parseCidr(range: string): Value {
  const parts = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(range)?.slice(1).map(Number) ?? [];
  const bits = parts.pop() ?? 33;
  if (bits > 32 || parts.some((part) => part > 255))
    throw new Fault(`The specified CIDR '${range}' is not valid.`);
  // A shift by 32 does nothing.
  const mask = bits === 0 ? 0 : (-1 << (32 - bits)) >>> 0;
  const network = (parts.reduce((whole, part) => whole * 256 + part, 0) & mask) >>> 0;
  const broadcast = (network | ~mask) >>> 0;
  const lone = bits > 30;
  return {
    network: dotted(network),
    netmask: dotted(mask),
    broadcast: dotted(broadcast),
    firstUsable: dotted(lone ? network : network + 1),
    lastUsable: dotted(bits === 32 ? network : broadcast - 1),
    cidr: bits,
  };
}
