import * as z from "zod";

/** An id of Discord's. */
export const snowflake = z.string().regex(/^\d{15,21}$/, "must be a Discord id: 15 to 21 digits");
