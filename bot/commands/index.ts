import type { Command } from "../core/command.ts";
import { closeAccess, openAccess } from "./access.ts";
import { audit } from "./audit.ts";
import { backup, backups, restore } from "./backups.ts";
import { bulkHalt, bulkResults } from "./bulk.ts";
import { configCheck, configPush, configShow } from "./config.ts";
import { connect } from "./connect.ts";
import { health } from "./health.ts";
import { help } from "./help.ts";
import { instancesRestart, instancesStart, instancesStop, instancesTeardown } from "./instances/change.ts";
import { instancesList } from "./instances/list.ts";
import { teardownAll } from "./instances/teardownAll.ts";
import { leaverTeardown } from "./leaver.ts";
import { doctor, logs } from "./look.ts";
import { policySet } from "./policy/set.ts";
import { policyShow } from "./policy/show.ts";
import { restart, start, stop } from "./power.ts";
import { rebuild } from "./rebuild.ts";
import { cancel, retry } from "./recover.ts";
import { request } from "./request.ts";
import { resize } from "./resize.ts";
import { rosterAdd } from "./roster/add.ts";
import { rosterApply, rosterImported } from "./roster/apply.ts";
import { rosterExport } from "./roster/export.ts";
import { rosterImport } from "./roster/import.ts";
import { rosterLink } from "./roster/link.ts";
import { rosterList } from "./roster/list.ts";
import { rosterRemove } from "./roster/remove.ts";
import { rosterRole } from "./roster/role.ts";
import { rosterShow } from "./roster/show.ts";
import { rosterGive, rosterTransfer } from "./roster/transfer.ts";
import { rosterUnlink } from "./roster/unlink.ts";
import { secretsPush, secretsStatus } from "./secrets.ts";
import { check, status } from "./status.ts";
import { teardown } from "./teardown.ts";
import { unlock } from "./unlock.ts";

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
  rebuild,
  resize,
  teardown,
  backup,
  backups,
  restore,
  help,
  rosterAdd,
  rosterList,
  rosterShow,
  rosterRole,
  rosterLink,
  rosterUnlink,
  rosterImport,
  rosterApply,
  rosterImported,
  rosterExport,
  rosterRemove,
  rosterTransfer,
  rosterGive,
  configShow,
  configCheck,
  configPush,
  secretsStatus,
  secretsPush,
  leaverTeardown,
  policyShow,
  policySet,
  audit,
  instancesList,
  instancesStart,
  instancesStop,
  instancesRestart,
  instancesTeardown,
  unlock,
  teardownAll,
  bulkHalt,
  bulkResults,
  health,
];
