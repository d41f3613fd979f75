import type { Command } from "../core/command.ts";
import { closeAccess, openAccess } from "./access.ts";
import { configCheck, configPush, configShow } from "./config.ts";
import { connect } from "./connect.ts";
import { help } from "./help.ts";
import { leaverTeardown } from "./leaver.ts";
import { doctor, logs } from "./look.ts";
import { restart, start, stop } from "./power.ts";
import { cancel, retry } from "./recover.ts";
import { request } from "./request.ts";
import { rosterAdd } from "./roster/add.ts";
import { rosterList } from "./roster/list.ts";
import { rosterRemove } from "./roster/remove.ts";
import { secretsPush, secretsStatus } from "./secrets.ts";
import { check, status } from "./status.ts";
import { teardown } from "./teardown.ts";

/** Everything that can be said to the bot. Help, registration, parsing and permission follow from this list. */
export const commands: readonly Command[] = [
  request,
  status,
  check,
  connect,
  openAccess,
  closeAccess,
  start,
  stop,
  restart,
  doctor,
  logs,
  retry,
  cancel,
  teardown,
  help,
  rosterAdd,
  rosterList,
  rosterRemove,
  configShow,
  configCheck,
  configPush,
  secretsStatus,
  secretsPush,
  leaverTeardown,
];
