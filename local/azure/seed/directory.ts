import type { Person } from "../state.ts";
import { guidOf } from "../world.ts";

const person = (displayName: string, more: Partial<Person> = {}): Person => {
  const userPrincipalName = `${displayName.split(" ")[0]?.toLowerCase()}@contoso.com`;
  return {
    id: guidOf(`person/${userPrincipalName}`),
    userPrincipalName,
    displayName,
    accountEnabled: true,
    userType: "Member",
    ...more,
  };
};

/** Who is in the directory of Contoso at first. */
export const firstPeople: readonly Person[] = [
  person("Ada Admin"),
  person("Mia Member"),
  person("Max Member"),
  person("Sam Stranger"),
  person("Nia Newcomer"),
  person("Dora Disabled", { accountEnabled: false }),
  person("Gus Guest", { userType: "Guest" }),
];

export const tenantId = guidOf("tenant of contoso.com");
export const subscriptionId = guidOf("simulated subscription");
