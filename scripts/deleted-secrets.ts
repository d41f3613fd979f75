import { type Deployer, DeployerFault } from "./deployer.ts";
import { bad, type Finding, fine } from "./finding.ts";

/**
 * Which of these secrets were deleted from an existing vault. A deleted secret keeps its name during soft delete, so the
 * template, which no longer finds the secret, can't create it again: Azure answers with a conflict (Microsoft Learn, "Azure Key
 * Vault soft-delete overview", 2026).
 * @throws DeployerFault for an answer other than yes, no or a refusal
 */
export async function deletedSecrets(
  vault: Deployer,
  vaultName: string,
  names: readonly string[],
): Promise<readonly Finding[]> {
  const states = await Promise.all(names.map(async (name) => ({ name, state: await stateOf(vault, name) })));
  const deleted = states.filter(({ state }) => state === "deleted");
  if (deleted.length > 0)
    return deleted.map(({ name }) =>
      bad(
        "secrets",
        `${name} was deleted, and its name is still taken: az keyvault secret recover --vault-name ${vaultName} --name ${name}`,
      ),
    );
  if (states.some(({ state }) => state === "hidden"))
    return [
      fine(
        "secrets",
        `you have no right to read the vault ${vaultName}; a deleted secret there would make the deployment fail`,
      ),
    ];
  return [fine("secrets", "none of the template's secrets was deleted")];
}

async function stateOf(vault: Deployer, name: string): Promise<"deleted" | "there or new" | "hidden"> {
  try {
    await vault.call("GET", `/deletedsecrets/${name}?api-version=7.5`);
    return "deleted";
  } catch (error) {
    if (error instanceof DeployerFault && error.status === 404) return "there or new";
    if (error instanceof DeployerFault && error.status === 403) return "hidden";
    throw error;
  }
}
