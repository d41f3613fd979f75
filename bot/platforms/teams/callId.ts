import { createHash } from "node:crypto";

/** An activity's id is unique only within its conversation, and neither is safe as a key. Hence 24 hexadecimal digits, the same for a repeat. */
export const callId = (conversation: string, activity: string): string =>
  createHash("sha256")
    .update(JSON.stringify([conversation, activity]))
    .digest("hex")
    .slice(0, 24);
