import type { Operation, OperationName } from "../core/operation.ts";
import { access } from "./access/access.ts";
import { backup } from "./backups/backup.ts";
import { transfer } from "./backups/transfer.ts";
import { connect } from "./connect/connect.ts";
import { status } from "./connect/status.ts";
import { rebuild } from "./instance/rebuild.ts";
import { request } from "./instance/request.ts";
import { resize } from "./instance/resize.ts";
import { teardown } from "./instance/teardown.ts";
import { restart } from "./power/restart.ts";
import { start } from "./power/start.ts";
import { stop } from "./power/stop.ts";
import { enroll } from "./roster/enroll.ts";
import { login } from "./roster/login.ts";
import { remove } from "./roster/removeOperation.ts";
import { configure } from "./vm/configure.ts";
import { doctor } from "./vm/doctor.ts";
import { logs } from "./vm/logs.ts";
import { reload } from "./vm/reload.ts";

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
