import { memberKey } from "../../bot/core/names.ts";
import type { Person } from "../../local/discord/people.ts";
import type { World } from "../world.ts";

export const keyOf = (world: World, { username }: Person): string => {
  const entra = `${username.split(".")[0]}@contoso.com`;
  const found = world.azure.people.list().find((person) => person.userPrincipalName === entra);
  return memberKey(found?.id ?? "");
};

const words: Readonly<Record<string, string>> = {
  "Microsoft.Compute/snapshots": "snapshot",
  "Microsoft.ManagedIdentity/userAssignedIdentities": "identity",
  "Microsoft.Compute/virtualMachines": "vm",
  "Microsoft.Compute/virtualMachines/extensions": "extension",
  "Microsoft.Compute/virtualMachines/runCommands": "run",
  "Microsoft.Network/networkInterfaces": "nic",
  "Microsoft.Network/publicIPAddresses": "ip",
  "Microsoft.Network/networkSecurityGroups": "nsg",
};

/** Everything of a member that exists in Azure, a short word for each; role assignments by what they are on. */
export function leftOf(world: World, person: Person): readonly string[] {
  const key = keyOf(world, person);
  return (
    world.azure
      .resources()
      .filter(({ id }) => id.includes(`openclaw-${key}`) && !id.includes("/securityRules/"))
      // Nobody waits until one is gone.
      .filter(
        ({ id, properties }) =>
          !(id.includes("/runCommands/") && properties["provisioningState"] === "Deleting"),
      )
      .map(({ id, type, name }) => {
        const [, scope] = /\/([^/]+)\/openclaw-[^/]+\/providers\/Microsoft.Authorization/.exec(id) ?? [];
        if (scope) return `role on ${scopes[scope] ?? scope}`;
        if (type === "Microsoft.Compute/disks") return name.endsWith("-os") ? "os disk" : "home disk";
        return words[type] ?? type;
      })
      .toSorted()
  );
}

const scopes: Readonly<Record<string, string>> = {
  virtualMachines: "vm",
  networkInterfaces: "nic",
  publicIPAddresses: "ip",
  secrets: "secret",
};

/** What a member keeps between two instances. */
export const bare = ["identity", "role on secret"];
export const whole = [
  ...["extension", "home disk", "identity", "ip", "nic", "nsg", "os disk"],
  ...["role on ip", "role on nic", "role on secret", "role on vm", "vm"],
];
