import type { Feature } from "../../parts.ts";
import { enroll } from "./enroll.ts";
import { importTask } from "./importTask.ts";
import { afterRemoval, keepDue, keepEnds } from "./keepEnds.ts";
import { login } from "./login.ts";
import { remove } from "./remove.ts";

export const roster: Feature = {
  operations: [enroll, login, remove],
  tasks: [keepEnds, importTask],
  afterStep: afterRemoval,
  dueTimes: keepDue,
};
