import { subscriptionId, tenantId } from "./seed/directory.ts";
import { groups, location, places } from "./seed/seed.ts";
import type { AzureSimulator } from "./start.ts";

/** What a deployment of `main.bicep` would set for the bot as far as Azure is concerned. */
export function botEnvironment(simulator: AzureSimulator) {
  const { url } = simulator;
  const { header, principalId, clientId } = simulator.identity("bot");
  return {
    AZURE_RESOURCE_MANAGER_URL: url,
    GRAPH_URL: url,
    KEY_VAULT_URL: url,
    PRICES_URL: url,
    IDENTITY_ENDPOINT: `${url}/identity/token`,
    IDENTITY_HEADER: header,
    AZURE_CLIENT_ID: clientId,
    AZURE_TENANT_ID: tenantId,
    AZURE_SUBSCRIPTION_ID: subscriptionId,
    INSTANCES_GROUP: groups.instances,
    BACKUP_GROUP: groups.backup,
    AZURE_LOCATION: location,
    SCALE_SET_ID: places.scaleSet,
    SUBNET_ID: places.subnet,
    BOT_PRINCIPAL_ID: principalId,
    KEY_VAULT_ID: places.vault,
    BOOT_IDENTITY_ID: places.bootIdentity,
    VM_SIZE: "Standard_B2als_v2",
    ADMIN_USERNAME: "azureuser",
    OPENCLAW_PORT: "18789",
    HOME_DISK: "30,StandardSSD_LRS",
    NETWORK_POLICY: "locked",
  };
}

/** For a tool that acts as the owner of the simulated subscription, such as Microsoft's `az login --identity`. */
export function operatorEnvironment(simulator: AzureSimulator) {
  return {
    IDENTITY_ENDPOINT: `${simulator.url}/identity/token`,
    IDENTITY_HEADER: simulator.identity("operator").header,
  };
}
