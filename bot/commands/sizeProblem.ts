import type { UnfitSize } from "../core/cloud.ts";
import type { Bot } from "../core/command.ts";
import { Refusal } from "../core/errors.ts";
import { quoted } from "../core/quoted.ts";

const flaws: Readonly<Record<UnfitSize["flaw"], string>> = {
  notOffered: "is not offered to this subscription in this region",
  processor: "has an Arm processor, and OpenClaw comes for x64",
  trustedLaunch: "can't do Trusted Launch, with which every VM is made",
  temporaryDisk:
    "has a temporary disk, and Azure resizes no VM between sizes with and without one: take one without",
};

/** Why no instance can have a size; without a stop at its end. */
export const sizeProblem = ({ size, flaw }: UnfitSize): string => `${size} ${flaws[flaw]}`;

/**
 * One of the sizes on offer, as Azure spells it.
 * @param otherwise why it is none, where nobody has typed it just now
 * @throws Refusal
 */
export function sizeOnOffer(
  wanted: string,
  { settings: { sizes } }: Pick<Bot, "settings">,
  otherwise = () => new Refusal(`size can be ${sizes.join(" or ")}, not ${quoted(wanted)}.`),
): string {
  const size = sizes.find((one) => one.toLowerCase() === wanted.toLowerCase());
  if (size === undefined) throw otherwise();
  return size;
}
