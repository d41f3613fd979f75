import type { Feature } from "../../parts.ts";
import { connect as getIn } from "./connect.ts";
import { status } from "./status.ts";

export const connect: Feature = {
  operations: [getIn, status],
  // From then on, others look for themselves.
  afterStep: ({ operation, instance }) =>
    operation.status !== "running" && instance.looking?.operation === operation.id
      ? { instance: { looking: undefined } }
      : {},
};
