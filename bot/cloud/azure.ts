import type { Cloud, CloudPlace, OwnResource } from "../core/cloud.ts";
import { namesOf } from "../core/names.ts";
import { pin } from "./build.ts";
import { change } from "./change.ts";
import { armClients, targetOf } from "./clients.ts";
import { forgetDeployment, pastDeployments } from "./deployments.ts";
import { ownResources } from "./inventory.ts";
import { truthOf } from "./look.ts";
import type { AzureOptions } from "./options.ts";
import { machinesOf, unfitSizes } from "./quota.ts";
import { missingRights } from "./rights.ts";
import { runNames } from "./runs.ts";
import { keyVault } from "./secrets.ts";
import { snapshotsIn } from "./snapshots.ts";
import { endingWith } from "./wire.ts";

export interface AzureCloud extends Cloud {
  /** Everything in the group that carries the bot's tags, of one member or of all: for the sweep and for checks. */
  resources(place: CloudPlace, key?: string): Promise<readonly OwnResource[]>;
}

/** Instances on Azure, through Microsoft's SDKs. Keeps nothing but connections and tokens. */
export function azureCloud(options: AzureOptions): AzureCloud {
  const { location, backupGroup } = options;
  const clientsOf = armClients(options);
  const vault = keyVault(options.vault.url, options.credential);
  const target = (key: string, place: CloudPlace) =>
    targetOf(key, place, clientsOf(place.subscription), options.vault.id);
  return {
    look: (key, place, wanted) => truthOf(target(key, place), vault, backupGroup, wanted),
    act: (key, place, action, ending) =>
      endingWith(ending, async () => {
        const at = target(key, place);
        if (action.do === "pin") return pin(at, options, action);
        await change(at, options, vault, action);
        return undefined;
      }),
    runs: (key, place) =>
      runNames(clientsOf(place.subscription).compute, place.resourceGroup, namesOf(key).vm),
    secrets: () => vault.changes(),
    resources: (place, key) =>
      ownResources(clientsOf(place.subscription).resources, place.resourceGroup, key),
    snapshots: (place, key) => snapshotsIn(clientsOf(place.subscription).compute, backupGroup, key),
    missingRights: (place) =>
      missingRights(clientsOf(place.subscription).authorization, place, {
        vaultId: options.vault.id,
        scaleSetId: options.attachToScaleSet ? options.scaleSetId : undefined,
        backupGroup,
        readsSecret: options.readsSecret,
      }),
    pastDeployments: (place) =>
      pastDeployments(clientsOf(place.subscription).deployments, place.resourceGroup),
    forgetDeployment: (place, name) =>
      forgetDeployment(clientsOf(place.subscription).deployments, place.resourceGroup, name),
    unfitSizes: (place, sizes) => unfitSizes(clientsOf(place.subscription).compute, location, sizes),
    machines: (place, sizes) => machinesOf(clientsOf(place.subscription).compute, location, sizes),
  };
}
