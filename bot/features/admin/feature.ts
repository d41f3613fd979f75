import { dayMs, hourMs } from "../../core/lifetimes.ts";
import { roomName } from "../../engine/deploymentRoom.ts";
import type { Feature } from "../../parts.ts";
import { forgetPassing } from "./forget.ts";
import { trimHistory } from "./history.ts";
import { findOrphans } from "./orphans.ts";

export const admin: Feature = {
  periodic: [
    { name: "orphans", everyMs: hourMs, run: findOrphans },
    { name: roomName, everyMs: hourMs, run: trimHistory },
    { name: "forget", everyMs: dayMs, run: forgetPassing },
  ],
};
