import type { Feature } from "../../parts.ts";
import { access as adjust } from "./access.ts";
import { accessDue, accessEnds } from "./accessEnds.ts";

export const access: Feature = {
  operations: [adjust],
  tasks: [accessEnds],
  afterStep: ({ operation, instance }) =>
    operation.status !== "running" && instance.adjusting?.operation === operation.id
      ? { instance: { adjusting: undefined } }
      : {},
  dueTimes: accessDue,
};
