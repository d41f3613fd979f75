import { z } from "zod";
import type { AzureSimulator } from "./start.ts";

/** The bot's Azure settings, as `main.bicep` sets them. */
const settings = z.object({
  AZURE_CLIENT_ID: z.string(),
  AZURE_TENANT_ID: z.string(),
  AZURE_SUBSCRIPTION_ID: z.string(),
  AZURE_LOCATION: z.string(),
  INSTANCES_GROUP: z.string(),
  BACKUP_GROUP: z.string(),
  SCALE_SET_ID: z.string(),
  SUBNET_ID: z.string(),
  BOOT_IDENTITY_ID: z.string(),
  KEY_VAULT_ID: z.string(),
  ENVIRONMENT: z.string(),
  VM_SIZE: z.string(),
  ADMIN_USERNAME: z.string(),
  OPENCLAW_PORT: z.string(),
  HOME_DISK: z.string(),
  NETWORK_POLICY: z.string(),
});

/** The settings of a bot deployed into the simulator, including Azure's addresses. */
export function botEnvironment(simulator: AzureSimulator) {
  const { url } = simulator;
  const { header, principalId } = simulator.identity("bot");
  return {
    ...settings.parse(simulator.outputs()["settings"]),
    AZURE_RESOURCE_MANAGER_URL: url,
    GRAPH_URL: url,
    KEY_VAULT_URL: url,
    PRICES_URL: url,
    IDENTITY_ENDPOINT: `${url}/identity/token`,
    IDENTITY_HEADER: header,
    BOT_PRINCIPAL_ID: principalId,
  };
}

/** For a tool that acts as the owner of the simulated subscription, such as Microsoft's `az login --identity`. */
export function operatorEnvironment(simulator: AzureSimulator) {
  return {
    IDENTITY_ENDPOINT: `${simulator.url}/identity/token`,
    IDENTITY_HEADER: simulator.identity("operator").header,
  };
}
