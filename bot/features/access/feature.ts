import type { Feature } from "../../parts.ts";
import { access as adjust } from "./access.ts";
import { accessDue, accessEnds, adjusted } from "./accessEnds.ts";

export const access: Feature = {
  operations: [adjust],
  tasks: [accessEnds],
  afterStep: adjusted,
  dueTimes: accessDue,
};
