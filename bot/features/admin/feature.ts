import type { Feature } from "../../parts.ts";
import { trimHistory } from "./history.ts";
import { findOrphans } from "./orphans.ts";

export const admin: Feature = {
  periodic: [
    { name: "orphans", run: findOrphans },
    { name: "the deployments on record", run: trimHistory },
  ],
};
