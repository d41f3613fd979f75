import type { Feature } from "../../parts.ts";
import { enroll } from "./enroll.ts";
import { importTask } from "./importTask.ts";
import { keepDue, keepEnds } from "./keepEnds.ts";
import { login } from "./login.ts";
import { afterRemoval, remove } from "./remove.ts";

export const roster: Feature = {
  operations: [enroll, login, remove],
  tasks: [keepEnds, importTask],
  afterStep: afterRemoval,
  dueTimes: keepDue,
};
