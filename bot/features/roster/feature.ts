import type { Feature } from "../../parts.ts";
import { enroll } from "./enroll.ts";
import { importTask } from "./importing.ts";
import { afterRemoval, keepEnds } from "./keepEnds.ts";
import { login } from "./login.ts";
import { remove } from "./removeOperation.ts";

export const roster: Feature = {
  operations: [enroll, login, remove],
  tasks: [keepEnds, importTask],
  afterStep: afterRemoval,
};
