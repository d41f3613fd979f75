import { createHash } from "node:crypto";

/** Lower-case letters and digits, 5 bits each, so that names are valid everywhere in Azure. */
const alphabet = "abcdefghijklmnopqrstuvwxyz234567";

function digest(text: string, length: number): string {
  const bytes = createHash("sha256").update(text).digest();
  return Array.from({ length }, (_, i) => alphabet[(bytes[i] ?? 0) & 31]).join("");
}

/** Ten characters (50 bits) that stand for a person in every name; the same for the same object id. */
export const memberKey = (objectId: string): string => digest(`member:${objectId.toLowerCase()}`, 10);

/** Twelve characters; the same for the same call, so that a call that is run twice begins one operation. */
export const operationId = (call: string): string => digest(`operation:${call}`, 12);

/** The message that a call is answered with later. */
export const callDelivery = (call: string): string => digest(`answer:${call}`, 12);
