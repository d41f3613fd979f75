import type { Feature } from "../../parts.ts";
import { knownTimes, learn } from "./learn.ts";

/** How long operations usually take in this team. Looks and cards use these times. */
export const usual: Feature = {
  known: knownTimes,
  beforeStep: learn,
};
