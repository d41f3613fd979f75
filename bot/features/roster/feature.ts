import type { Feature } from "../../parts.ts";
import { enroll } from "./enroll.ts";
import { importTask } from "./importTask.ts";
import { login } from "./login.ts";

export const roster: Feature = {
  operations: [enroll, login],
  tasks: [importTask],
};
