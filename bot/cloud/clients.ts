import { AuthorizationManagementClient } from "@azure/arm-authorization";
import { ComputeManagementClient } from "@azure/arm-compute";
import { NetworkManagementClient } from "@azure/arm-network";
import { ResourceManagementClient } from "@azure/arm-resources";
import { DeploymentsClient } from "@azure/arm-resourcesdeployments";
import type { TokenCredential } from "@azure/identity";
import type { CloudPlace } from "../core/cloud.ts";
import { namesOf } from "../core/names.ts";
import type { Buckets } from "./buckets.ts";
import { resourceId } from "./ids.ts";
import { resourceManager, tokenInside, wire } from "./wire.ts";

/** The clients of one subscription. */
export interface Clients {
  readonly compute: ComputeManagementClient;
  readonly network: NetworkManagementClient;
  readonly resources: ResourceManagementClient;
  readonly deployments: DeploymentsClient;
  readonly authorization: AuthorizationManagementClient;
}

interface ClientOptions {
  readonly credential: TokenCredential;
  /** Azure Resource Manager, without a trailing slash. https, because the SDKs send no token over anything else. */
  readonly endpoint: string;
  /** The scope of its tokens, which differs from the endpoint in some clouds. */
  readonly scope: string;
  /** Note how many calls are left. */
  readonly buckets?: Buckets;
}

/** The clients by subscription, each created once. */
export function armClients({
  credential,
  endpoint,
  scope,
  buckets,
}: ClientOptions): (subscription: string) => Clients {
  const made = new Map<string, Clients>();
  const shared = { endpoint, ...wire(resourceManager, buckets) };
  // The two generations of SDKs have different names for the same option.
  const newer = { ...shared, credentials: { scopes: [scope] } };
  const older = { ...shared, credentialScopes: scope };
  return (subscription) => {
    const clients = made.get(subscription) ?? {
      compute: tokenInside(new ComputeManagementClient(credential, subscription, newer)),
      network: new NetworkManagementClient(credential, subscription, older),
      resources: tokenInside(new ResourceManagementClient(credential, subscription, newer)),
      deployments: tokenInside(new DeploymentsClient(credential, subscription, newer)),
      authorization: new AuthorizationManagementClient(credential, subscription, older),
    };
    made.set(subscription, clients);
    return clients;
  };
}

/** One member's instance: its names, where it is, and the clients for there. */
export function targetOf(key: string, place: CloudPlace, clients: Clients, vaultId: string) {
  const names = namesOf(key);
  return {
    key,
    names,
    place,
    group: place.resourceGroup,
    ...clients,
    identityId: resourceId(place, "Microsoft.ManagedIdentity/userAssignedIdentities", names.identity),
    homeDiskId: resourceId(place, "Microsoft.Compute/disks", names.homeDisk),
    secretId: `${vaultId}/secrets/${names.secret}`,
    loginScopes: [
      resourceId(place, "Microsoft.Compute/virtualMachines", names.vm),
      resourceId(place, "Microsoft.Network/networkInterfaces", names.nic),
      resourceId(place, "Microsoft.Network/publicIPAddresses", names.publicIp),
    ],
  };
}

export type Target = ReturnType<typeof targetOf>;
