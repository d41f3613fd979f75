import type { UnfitSize } from "../core/cloud.ts";

const flaws: Readonly<Record<UnfitSize["flaw"], string>> = {
  notOffered: "is not offered to this subscription in this region",
  processor: "has an Arm processor, and OpenClaw comes for x64",
  trustedLaunch: "can't do Trusted Launch, with which every VM is made",
  temporaryDisk:
    "has a temporary disk, and Azure resizes no VM between sizes with and without one: take one without",
};

/** Why no instance can have a size; without a stop at its end. */
export const sizeProblem = ({ size, flaw }: UnfitSize): string => `${size} ${flaws[flaw]}`;
