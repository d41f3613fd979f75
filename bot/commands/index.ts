import type { Command } from "../core/command.ts";
import { closeAccess, openAccess } from "./access.ts";
import { connect } from "./connect.ts";
import { help } from "./help.ts";
import { leaverTeardown } from "./leaver.ts";
import { restart, start, stop } from "./power.ts";
import { cancel, retry } from "./recover.ts";
import { request } from "./request.ts";
import { rosterAdd } from "./roster/add.ts";
import { rosterApply, rosterImported } from "./roster/apply.ts";
import { rosterExport } from "./roster/export.ts";
import { rosterImport } from "./roster/import.ts";
import { rosterLink } from "./roster/link.ts";
import { rosterList } from "./roster/list.ts";
import { rosterRemove } from "./roster/remove.ts";
import { rosterRole } from "./roster/role.ts";
import { rosterShow } from "./roster/show.ts";
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
  retry,
  cancel,
  teardown,
  help,
  rosterAdd,
  rosterList,
  rosterShow,
  rosterRole,
  rosterLink,
  rosterImport,
  rosterApply,
  rosterImported,
  rosterExport,
  rosterRemove,
  leaverTeardown,
];
