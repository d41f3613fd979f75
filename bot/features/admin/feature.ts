import type { Feature } from "../../parts.ts";
import { forgetPassing } from "./forget.ts";
import { trimHistory } from "./history.ts";
import { findOrphans } from "./orphans.ts";

export const admin: Feature = {
  periodic: [
    { name: "orphans", run: findOrphans },
    { name: "the deployments on record", run: trimHistory },
    { name: "what may be forgotten", run: forgetPassing },
  ],
};
