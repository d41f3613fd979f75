/** Names in Azure, all derived from the member's key, so that every action may run twice. */
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

/** The deployment that builds an instance, named by its operation. */
export const instanceDeployment = (key: string, operation: string): string => `openclaw-${key}-${operation}`;

/** The snapshot that an operation makes of the home disk: another name for each attempt. */
export const snapshotName = (key: string, operation: string, attempt = 0): string =>
  `openclaw-${key}-${operation}${attempt > 0 ? `-${attempt}` : ""}`;

/** The deployment that makes the member's identity, named by its operation. */
export const identityDeployment = (key: string, operation: string): string =>
  `openclaw-${key}-identity-${operation}`;

/** Whose such a deployment is, from its name; undefined: it is none of ours. */
export function deploymentOf(name: string): { readonly key: string; readonly operation: string } | undefined {
  const [, key, operation] = /^openclaw-([a-z2-7]{10})-(?:identity-)?([a-z2-7]{12})$/.exec(name) ?? [];
  return key && operation ? { key, operation } : undefined;
}
