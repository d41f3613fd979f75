import * as z from "zod";
import type { Of } from "./shape.ts";

/** Why something failed: for the member one plain sentence, for an admin Azure's own words. */
export const faultShape = z.strictObject({ code: z.string(), detail: z.string(), correlation: z.string() });
export type Fault = Of<typeof faultShape>;
