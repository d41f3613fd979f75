import type { Command } from "../core/command.ts";
import { closeAccess, openAccess } from "./access/accessCommands.ts";
import { audit } from "./admin/audit.ts";
import { health } from "./admin/healthCommand.ts";
import { help } from "./admin/help.ts";
import { keep } from "./admin/keep.ts";
import { policySet } from "./admin/policySet.ts";
import { policyShow } from "./admin/policyShow.ts";
import { unlock } from "./admin/unlock.ts";
import { backup, backups } from "./backups/backupCommands.ts";
import { rosterGive, rosterTransfer } from "./backups/transferCommand.ts";
import { connect } from "./connect/connectCommand.ts";
import { check, status } from "./connect/statusCommand.ts";
import { leaverTeardown } from "./instance/leaverTeardown.ts";
import { rebuild } from "./instance/rebuildCommand.ts";
import { cancel, retry } from "./instance/recover.ts";
import { request } from "./instance/requestCommand.ts";
import { resize } from "./instance/resizeCommand.ts";
import { restore } from "./instance/restoreCommand.ts";
import { teardown } from "./instance/teardownCommand.ts";
import { rosterRemove } from "./leaving/removeCommand.ts";
import { link } from "./linking/linkCommand.ts";
import { linkUndo, linkYes } from "./linking/linkYes.ts";
import { rosterLink } from "./linking/rosterLink.ts";
import { rosterUnlink } from "./linking/rosterUnlink.ts";
import { bulkHalt, bulkResults } from "./many/bulkCommands.ts";
import { instancesRestart, instancesStart, instancesStop, instancesTeardown } from "./many/change.ts";
import { instancesList } from "./many/list.ts";
import { teardownAll } from "./many/teardownAll.ts";
import { restart, start, stop } from "./power/powerCommands.ts";
import { rosterAdd } from "./roster/add.ts";
import { rosterApply, rosterImported } from "./roster/apply.ts";
import { rosterExport } from "./roster/export.ts";
import { rosterHandover, rosterMe } from "./roster/handover.ts";
import { rosterImport } from "./roster/importCommand.ts";
import { rosterList } from "./roster/list.ts";
import { rosterPutBack } from "./roster/putBack.ts";
import { rosterRole } from "./roster/role.ts";
import { rosterShow } from "./roster/show.ts";
import { configCheck, configPush, configShow } from "./vm/configCommands.ts";
import { doctor, logs } from "./vm/doctorAndLogs.ts";
import { secretsPush, secretsStatus } from "./vm/secretsCommands.ts";

/** Everything that people can ask of the bot. Help, registration, parsing and permission follow from this list. */
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
  keep,
  rebuild,
  resize,
  teardown,
  backup,
  backups,
  restore,
  link,
  linkYes,
  linkUndo,
  help,
  rosterAdd,
  rosterList,
  rosterShow,
  rosterRole,
  rosterHandover,
  rosterMe,
  rosterLink,
  rosterUnlink,
  rosterImport,
  rosterApply,
  rosterImported,
  rosterExport,
  rosterRemove,
  rosterPutBack,
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
