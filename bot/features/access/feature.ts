import type { Feature } from "../../parts.ts";
import { access as adjust } from "./access.ts";
import { accessEnds, locking } from "./accessEnds.ts";

export const access: Feature = {
  operations: [adjust],
  tasks: [accessEnds],
  periodic: [locking],
};
