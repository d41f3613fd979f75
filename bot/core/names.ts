import { createHash } from "node:crypto";
import type { Account } from "./member.ts";

/** Lower-case letters and digits, 5 bits each, so that names are valid everywhere in Azure. */
const alphabet = "abcdefghijklmnopqrstuvwxyz234567";

function digest(text: string, length: number): string {
  const bytes = createHash("sha256").update(text).digest();
  return Array.from({ length }, (_, i) => alphabet[(bytes[i] ?? 0) & 31]).join("");
}

/** Ten characters (50 bits) that stand for a person in every name. The same for the same object id. */
export const memberKey = (objectId: string): string => digest(`member:${objectId.toLowerCase()}`, 10);

/** Twelve characters, the same for the same call, so that a repeated call starts one operation. */
export const operationId = (call: string): string => digest(`operation:${call}`, 12);

/** The message that later answers a call. */
export const callDelivery = (call: string): string => digest(`answer:${call}`, 12);

/** The partition of what belongs to no member: policy, configuration, imports, batches, messages to admins. */
export const botPartition = "bot";

/** The partition of a person who has none of their own, or isn't known yet. */
export const accountPartition = ({ platform, id }: Pick<Account, "platform" | "id">): string =>
  `account-${platform}-${id}`;

/** Names in Azure, all derived from the member's key, so that every action may be repeated. */
export interface InstanceNames {
  readonly vm: string;
  readonly nic: string;
  readonly publicIp: string;
  readonly networkSecurityGroup: string;
  readonly osDisk: string;
  readonly homeDisk: string;
  readonly identity: string;
  readonly secret: string;
}

export const namesOf = (key: string): InstanceNames => ({
  vm: `openclaw-${key}`,
  nic: `openclaw-${key}-nic`,
  publicIp: `openclaw-${key}-ip`,
  networkSecurityGroup: `openclaw-${key}-nsg`,
  osDisk: `openclaw-${key}-os`,
  homeDisk: `openclaw-${key}-home`,
  identity: `openclaw-${key}`,
  secret: `openclaw-${key}`,
});

/** The secret with the keys shared by everyone, as infra/instance.bicep and infra/modules/vault.bicep name it. */
export const sharedSecret = "openclaw-shared";

/** The deployment that builds an instance, named after its operation. */
export const instanceDeployment = (key: string, operation: string): string => `openclaw-${key}-${operation}`;

/** The snapshot that an operation takes of the home disk. Each attempt has another name. */
export const snapshotName = (key: string, operation: string, attempt = 0): string =>
  `openclaw-${key}-${operation}${attempt > 0 ? `-${attempt}` : ""}`;

/** The deployment that creates the member's identity, named after its operation. */
export const identityDeployment = (key: string, operation: string): string =>
  `openclaw-${key}-identity-${operation}`;

/** The member and operation in a deployment's name. Undefined if it isn't the bot's. */
export function deploymentOf(name: string): { readonly key: string; readonly operation: string } | undefined {
  const [, key, operation] = /^openclaw-([a-z2-7]{10})-(?:identity-)?([a-z2-7]{12})$/.exec(name) ?? [];
  return key && operation ? { key, operation } : undefined;
}
