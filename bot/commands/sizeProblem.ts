import type { UnfitSize } from "../core/cloud.ts";
import type { Bot } from "../core/command.ts";
import { Refusal } from "../core/errors.ts";
import { quoted } from "../core/quoted.ts";

const flaws: Readonly<Record<UnfitSize["flaw"], string>> = {
  notOffered: "isn't offered to this subscription in this region",
  processor: "has an Arm processor, but OpenClaw needs x64",
  trustedLaunch: "doesn't support Trusted Launch, which every VM uses",
  temporaryDisk:
    "has a temporary disk, and Azure can't resize a VM between sizes with and without one: choose one without",
};

/** Why no instance can have a size, without a final period. */
export const sizeProblem = ({ size, flaw }: UnfitSize): string => `${size} ${flaws[flaw]}`;

/**
 * One of the sizes on offer, as Azure spells it.
 * @param otherwise the refusal if the caller didn't just type the size
 * @throws Refusal
 */
export function sizeOnOffer(
  wanted: string,
  { settings: { sizes } }: Pick<Bot, "settings">,
  otherwise = () => new Refusal(`size must be ${sizes.join(" or ")}, not ${quoted(wanted)}.`),
): string {
  const size = sizes.find((one) => one.toLowerCase() === wanted.toLowerCase());
  if (size === undefined) throw otherwise();
  return size;
}
