import type { Feature } from "../../parts.ts";
import { rebuild } from "./rebuild.ts";
import { request } from "./request.ts";
import { resize } from "./resize.ts";
import { refreshMachines } from "./sizeChoices.ts";
import { teardown } from "./teardown.ts";

export const instance: Feature = {
  operations: [request, rebuild, resize, teardown],
  periodic: [refreshMachines],
};
