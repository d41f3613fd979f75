import type { Person } from "../state.ts";
import { guidOf } from "../world.ts";

const person = (displayName: string, more: Partial<Person> = {}): Person => {
  const userPrincipalName =
    more.userPrincipalName ?? `${displayName.split(" ")[0]?.toLowerCase()}@contoso.com`;
  return {
    id: guidOf(`person/${userPrincipalName}`),
    userPrincipalName,
    displayName,
    accountEnabled: true,
    userType: "Member",
    ...more,
  };
};

/** The people in Contoso's directory at first. */
export const firstPeople: readonly Person[] = [
  person("Ada Admin"),
  person("Mia Member"),
  person("Max Member"),
  person("Sam Stranger"),
  person("Nia Newcomer"),
  person("Dora Disabled", { accountEnabled: false }),
  // A guest signs in with the address that they have at home; this is the name that the inviting directory gives them ("Properties of a
  // Microsoft Entra B2B collaboration user", Microsoft Learn, 2026).
  person("Gus Guest (R&D)", {
    userType: "Guest",
    userPrincipalName: "gus_partner.example#EXT#@contoso.onmicrosoft.com",
    mail: "gus@partner.example",
  }),
];

export const tenantId = guidOf("tenant of contoso.com");
export const subscriptionId = guidOf("simulated subscription");
