import { dayMs, hourMs } from "../../core/clock.ts";
import type { Feature } from "../../parts.ts";
import { forgetPassing } from "./forget.ts";
import { deployments } from "./history.ts";
import { findOrphans } from "./orphans.ts";

export const admin: Feature = {
  periodic: [
    { name: "orphans", everyMs: hourMs, run: findOrphans },
    deployments,
    { name: "forget", everyMs: dayMs, run: forgetPassing },
  ],
};
