import type { Feature } from "../../parts.ts";
import { restart } from "./restart.ts";
import { start } from "./start.ts";
import { stop } from "./stop.ts";

export const power: Feature = {
  operations: [start, stop, restart],
};
