import type { Operation, OperationName } from "../core/operation.ts";
import { access } from "./access.ts";
import { backup } from "./backup.ts";
import { configure } from "./configure.ts";
import { connect } from "./connect.ts";
import { doctor } from "./doctor.ts";
import { enroll } from "./enroll.ts";
import { login } from "./login.ts";
import { logs } from "./logs.ts";
import { rebuild } from "./rebuild.ts";
import { reload } from "./reload.ts";
import { remove } from "./remove.ts";
import { request } from "./request.ts";
import { resize } from "./resize.ts";
import { restart } from "./restart.ts";
import { start } from "./start.ts";
import { status } from "./status.ts";
import { stop } from "./stop.ts";
import { teardown } from "./teardown.ts";
import { transfer } from "./transfer.ts";

export const operations: Readonly<Record<OperationName, Operation>> = {
  access,
  backup,
  configure,
  connect,
  doctor,
  enroll,
  login,
  logs,
  rebuild,
  reload,
  remove,
  request,
  resize,
  restart,
  start,
  status,
  stop,
  teardown,
  transfer,
};
