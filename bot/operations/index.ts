import type { Operation, OperationName } from "../core/operation.ts";
import { access } from "./access.ts";
import { enroll } from "./enroll.ts";
import { login } from "./login.ts";
import { remove } from "./remove.ts";
import { request } from "./request.ts";
import { restart } from "./restart.ts";
import { start } from "./start.ts";
import { status } from "./status.ts";
import { stop } from "./stop.ts";
import { teardown } from "./teardown.ts";

export const operations: Readonly<Record<OperationName, Operation>> = {
  access,
  enroll,
  login,
  remove,
  request,
  restart,
  start,
  status,
  stop,
  teardown,
};
