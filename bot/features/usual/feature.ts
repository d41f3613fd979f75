import type { Feature } from "../../parts.ts";
import { knownTimes, learn } from "./learn.ts";

/** How long things usually take in this team, of which looks and cards make use. */
export const usual: Feature = {
  known: knownTimes,
  beforeStep: learn,
};
