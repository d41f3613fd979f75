import type { Feature } from "../../parts.ts";
import { connect as getIn } from "./connect.ts";
import { status } from "./status.ts";

export const connect: Feature = {
  operations: [getIn, status],
  // Others look for themselves from then on.
  afterStep: ({ operation, instance }) =>
    operation.status !== "running" && instance.looking?.operation === operation.id
      ? { instance: { looking: undefined } }
      : {},
};
