import memberTemplate from "../../infra/member.json" with { type: "json" };
import type { Action, DeletablePart } from "../core/cloud.ts";
import { checkBuild, deployInstance } from "./build.ts";
import type { Target } from "./clients.ts";
import { cancelDeployment, startDeployment } from "./deployments.ts";
import { deleteDisk, tagDisk } from "./disks.ts";
import { grantLogins, grantSecret, revoke } from "./logins.ts";
import { deallocateVm, deleteEntraLogin, deleteVm, resizeVm, restartVm, startVm } from "./machines.ts";
import { allowSsh, deleteNic, deletePublicIp, deleteSecurityGroup } from "./network.ts";
import type { AzureOptions } from "./options.ts";
import { checkSize } from "./quota.ts";
import { deleteRun, putRun } from "./runs.ts";
import { endSessionsScript, type Scripts, scriptWith } from "./scripts.ts";
import type { Vault } from "./secrets.ts";
import { repairSignIn } from "./signIn.ts";
import { deleteSnapshot, makeSnapshot, ownerTags, tagSnapshot } from "./snapshots.ts";

type Doing<D extends Action["do"]> = Extract<Action, { do: D }>;

/** Sends one change to Azure. Lists every action, so that the compiler finds a missing one. */
export function change(
  at: Target,
  options: AzureOptions,
  vault: Vault,
  action: Exclude<Action, { do: "pin" }>,
): Promise<void> {
  const { location, backupGroup } = options;
  const { compute, network, authorization, deployments, group, names } = at;
  switch (action.do) {
    case "createSecret":
      return vault.create(names.secret);
    case "emptySecret":
      return vault.empty(names.secret);
    case "deployIdentity":
      return deployIdentity(at, options, action);
    case "grantSecret":
      return grantSecret(authorization, at.place.subscription, at.secretId, action.principalId);
    case "deployInstance":
      return deployInstance(at, options, action);
    case "cancelDeployment":
      return cancelDeployment(deployments, group, action.deployment);
    case "start":
      return startVm(compute, group, names.vm);
    case "deallocate":
      return deallocateVm(compute, group, names.vm);
    case "restart":
      return restartVm(compute, group, names.vm);
    case "deleteEntraLogin":
      return deleteEntraLogin(compute, group, names.vm);
    case "checkSize":
    case "checkBuild":
      return check(at, location, action);
    case "resize":
      return resizeVm(compute, group, names.vm, action.size);
    case "checkGateway":
    case "endSessions":
    case "runScript":
      return run(at, options, action);
    case "deleteRun":
      return deleteRun(compute, group, names.vm, action.run);
    case "allowSsh":
      return allowSsh(network, group, names.networkSecurityGroup, action);
    case "grantLogins":
      return grantLogins(authorization, at.place.subscription, at.loginScopes, action.owner);
    case "revoke":
      return revoke(authorization, action.roles);
    case "repairSignIn":
      return repairSignIn(compute, group, names.vm, { location, tag: action.tag });
    case "delete":
      return deletePart(at, action.part);
    case "tagHomeDisk":
      return tagDisk(compute, group, names.homeDisk, action.tags);
    case "snapshot":
      return snapshot(at, options, action);
    case "giveSnapshot":
      return giveSnapshot(at, options, action);
    case "deleteSnapshot":
      return deleteSnapshot(compute, backupGroup, action.name);
  }
}

const check = (
  { compute }: Target,
  location: string,
  action: Doing<"checkSize" | "checkBuild">,
): Promise<void> =>
  action.do === "checkSize"
    ? checkSize(compute, location, action.size, action.replacing)
    : checkBuild(compute, location, action.size, action.replacing);

type Run = Doing<"checkGateway" | "endSessions" | "runScript">;

function run(
  { compute, group, names }: Target,
  { location, scripts }: AzureOptions,
  action: Run,
): Promise<void> {
  const timeoutSeconds = action.do === "endSessions" ? 60 : action.seconds;
  const { run: name, at } = action;
  return putRun(compute, group, names.vm, {
    name,
    at,
    location,
    script: scriptOf(scripts, action),
    timeoutSeconds,
  });
}

function scriptOf(scripts: Scripts, action: Run): string {
  switch (action.do) {
    case "checkGateway":
      return scripts.ready;
    case "endSessions":
      return endSessionsScript(scripts.endSessions, action.except);
    case "runScript":
      return scriptWith(scripts.named[action.script], action.input);
  }
}

const deployIdentity = (
  { deployments, group, key }: Target,
  { location, environment }: AzureOptions,
  { deployment, ownerName }: Doing<"deployIdentity">,
): Promise<void> =>
  startDeployment(deployments, group, deployment, memberTemplate, { key, location, environment, ownerName });

const snapshot = (
  { compute, homeDiskId }: Target,
  { location, environment, backupGroup }: AzureOptions,
  { name, kind, owner, expires, madeAfterQuiesce }: Doing<"snapshot">,
): Promise<void> =>
  makeSnapshot(compute, backupGroup, {
    name,
    location,
    disk: homeDiskId,
    tags: {
      project: "openclaw",
      environment,
      madeAfterQuiesce: `${madeAfterQuiesce}`,
      ...ownerTags(owner, kind, expires),
    },
  });

const giveSnapshot = (
  { compute }: Target,
  { backupGroup }: AzureOptions,
  { name, owner, expires }: Doing<"giveSnapshot">,
): Promise<void> => tagSnapshot(compute, backupGroup, name, ownerTags(owner, "transfer", expires));

const deletePart = ({ compute, network, group, names }: Target, part: DeletablePart): Promise<void> =>
  ({
    vm: () => deleteVm(compute, group, names.vm),
    nic: () => deleteNic(network, group, names),
    publicIp: () => deletePublicIp(network, group, names),
    networkSecurityGroup: () => deleteSecurityGroup(network, group, names),
    osDisk: () => deleteDisk(compute, group, names.osDisk, names.vm),
    homeDisk: () => deleteDisk(compute, group, names.homeDisk, names.vm),
  })[part]();
