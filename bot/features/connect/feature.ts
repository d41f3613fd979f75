import type { Feature } from "../../parts.ts";
import { connect as getIn } from "./connect.ts";
import { status } from "./status.ts";

export const connect: Feature = {
  operations: [getIn, status],
};
