import type { Feature } from "../../parts.ts";
import { findOrphans } from "./orphans.ts";

export const admin: Feature = {
  periodic: [{ name: "orphans", run: findOrphans }],
};
