import type { Feature } from "../../parts.ts";
import { keepDue, keepEnds } from "./keepEnds.ts";
import { afterRemoval, remove } from "./remove.ts";

export const leaving: Feature = {
  operations: [remove],
  tasks: [keepEnds],
  afterStep: afterRemoval,
  dueTimes: keepDue,
};
