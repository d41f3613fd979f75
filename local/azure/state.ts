import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import type { Fault } from "./faults.ts";

export type Body = Record<string, unknown>;

/** A person in the simulated directory. */
export interface Person {
  /** Entra object id. */
  readonly id: string;
  readonly userPrincipalName: string;
  readonly mail?: string | undefined;
  /** Their other e-mail addresses. */
  readonly aliases?: readonly string[] | undefined;
  readonly displayName: string;
  readonly accountEnabled: boolean;
  readonly userType: "Member" | "Guest";
}

/** A permission that an identity has in another application, such as Microsoft Graph. */
interface AppRole {
  readonly id: string;
  readonly principalId: string;
  readonly resourceId: string;
  readonly appRoleId: string;
}

/** A non-human identity: the bot's, a VM's, or a user-assigned one. */
export interface ServicePrincipal {
  readonly id: string;
  readonly appId: string;
  readonly displayName: string;
  /** When it was created, simulated ms. */
  readonly createdAt: number;
}

export interface Identity {
  type: string;
  principalId?: string;
  tenantId?: string;
  userAssignedIdentities?: Record<string, { principalId: string; clientId: string }>;
}

/** Anything that ARM stores under an id. */
export interface Resource {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  location?: string;
  tags?: Record<string, string>;
  zones?: string[];
  sku?: Body;
  kind?: string;
  identity?: Identity;
  properties: Body;
  /** The VM that a disk is attached to. */
  managedBy?: string;
  /** What the provider keeps and never shows. */
  hidden: Body;
  /** Simulated times, ms. */
  readonly createdAt: number;
  changedAt: number;
}

export interface ErrorBody {
  code: string;
  message: string;
  target?: string;
  details?: ErrorBody[];
  /** The exact form that Key Vault uses. */
  innererror?: { code: string };
}

/** A long-running operation; `kind` and the resource's type determine what happens at its end. */
export interface Operation {
  readonly id: string;
  readonly kind: string;
  readonly resource: string;
  readonly principal: string;
  readonly startedAt: number;
  /** When it ends, simulated ms. */
  due: number;
  status: "InProgress" | "Succeeded" | "Failed" | "Canceled";
  endedAt?: number;
  error?: ErrorBody;
  /** The error that it fails with when it is due, although it was accepted. */
  fails?: ErrorBody;
  /** The answer to a GET of its Location once it has ended. */
  output?: unknown;
}

export interface DeploymentStep {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly dependsOn: readonly string[];
  /** The id of the created resource, which may be unknown before in a nested deployment. */
  made?: string;
  status: "Waiting" | "Running" | "Succeeded" | "Failed";
  operation?: string;
  operationId: string;
  startedAt?: number;
  endedAt?: number;
  statusCode?: string;
  error?: ErrorBody;
}

export interface Deployment {
  readonly id: string;
  readonly name: string;
  location?: string;
  tags?: Record<string, string>;
  readonly principal: string;
  readonly correlationId: string;
  readonly startedAt: number;
  endedAt?: number;
  /** Kept while it runs, so that it can continue after a restart. */
  source?: { template: Body; parameters: Record<string, { value?: unknown }> };
  readonly mode: string;
  readonly templateHash: string;
  status: "Accepted" | "Running" | "Succeeded" | "Failed" | "Canceled";
  steps: DeploymentStep[];
  parameters: Record<string, { type: string; value?: unknown }>;
  outputs?: Record<string, { type: string; value?: unknown }>;
  error?: ErrorBody;
}

export interface SecretVersion {
  readonly version: string;
  readonly value: string;
  readonly contentType?: string;
  readonly tags?: Record<string, string>;
  enabled: boolean;
  readonly createdAt: number;
}

export interface Secret {
  versions: SecretVersion[];
  deletedAt?: number;
  /** What Resource Manager showed before it was deleted. */
  resource?: Resource;
}

/** One line of the activity log: a call that changed something or was refused. */
interface Activity {
  readonly at: string;
  readonly who: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly code?: string;
}

export interface State {
  tenant: string;
  subscription: string;
  /** Real and simulated time, ms, of the same moment, and the speed from then on. */
  base: { real: number; simulated: number; speed?: number };
  /** Ids come from the seed and this counter, so that the same calls give the same ids. */
  counter: number;
  /** By lower-case id; groups and role assignments are resources too. */
  resources: Record<string, Resource>;
  operations: Record<string, Operation>;
  deployments: Record<string, Deployment>;
  people: Person[];
  principals: Record<string, ServicePrincipal>;
  secrets: Record<string, Secret>;
  appRoles?: AppRole[];
  faults: Fault[];
  activity: Activity[];
  /** Values of `X-IDENTITY-HEADER`, and the principals that they prove. */
  identityHeaders: Record<string, string>;
  /** Private JWK that signs tokens. */
  key: Body;
  /** The person whom a device code signs in, once chosen. */
  signedIn?: string;
  /** The bot's own principal. */
  bot: string;
}

/** The state in the file, or undefined if there is none yet. */
export function loadState(file: string): State | undefined {
  if (!existsSync(file)) return undefined;
  // The file is our own and written atomically; if it is broken, stop rather than start over.
  return JSON.parse(readFileSync(file, "utf8")) as State;
}

/** The simulated time, ms, of the last change. */
export const lastChange = ({ resources, operations }: State): number =>
  [
    ...Object.values(resources).map(({ changedAt }) => changedAt),
    ...Object.values(operations).map(({ startedAt, endedAt = startedAt }) => endedAt),
  ].reduce((latest, at) => Math.max(latest, at), 0);

/** Replaces the file atomically, so that a kill leaves the old or the new state, never half of one. */
export function saveState(file: string, state: State): void {
  writeFileSync(`${file}.new`, JSON.stringify(state), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
