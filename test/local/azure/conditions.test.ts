import { describe, expect, test } from "vitest";
import { parseCondition } from "../../../local/azure/access/condition.ts";

/*
 * The conditions that Microsoft documents for whoever may assign roles, with the outcomes that its text states: eight in
 * "Examples to delegate Azure role assignment management with conditions", one in "Delegate Azure access management to others"
 * (MicrosoftDocs/azure-docs, articles/role-based-access-control/delegate-role-assignments-examples.md at 0b8729e and
 * -overview.md at 05e592f, read in November 2026). What a condition does not speak of it allows (conditions-format.md).
 */

const of = "Microsoft.Authorization/roleAssignments";
const roles = {
  backupContributor: "5e467623-bb1f-42f4-a55d-6e525e11384b",
  backupReader: "a795c7a0-d4a2-40c1-ae25-d81f01202912",
  vmAdministratorLogin: "1c0163c0-47e6-4577-8991-ea5c82e286e4",
  vmUserLogin: "fb879df8-f326-4884-b1cf-06f3ad86be52",
  aksAdmin: "3498e952-d568-435e-9b2c-8d77e338d7f7",
  aksClusterAdmin: "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b",
  aksReader: "7f6c6a51-bcf8-42ba-9220-52d62157d7db",
  aksWriter: "a7ffa36f-339b-4b5c-8bdf-e2c188b2c0eb",
  acrPull: "7f951dda-4ed3-4680-a7ca-43fe172d538d",
  owner: "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
  rbacAdministrator: "f58310d9-a9f6-439a-9e8d-f62e7b41a168",
  userAccessAdministrator: "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9",
} as const;
type Role = keyof typeof roles;
const people = {
  marketing: ["28c35fea-2099-4cf5-8ad9-473547bc9423", "Group"],
  sales: ["86951b8b-723a-407b-a74a-1bca3f0c95d0", "Group"],
  dara: ["ea585310-c95c-4a68-af22-49af4363bbb1", "User"],
  // Not in the documents: somebody else of each kind.
  otherUser: ["11111111-1111-4111-8111-111111111111", "User"],
  otherGroup: ["22222222-2222-4222-8222-222222222222", "Group"],
  service: ["33333333-3333-4333-8333-333333333333", "ServicePrincipal"],
} as const;
type Who = keyof typeof people;

const guids = (names: readonly Role[]) => `{${names.map((name) => roles[name]).join(", ")}}`;
const isRole = (...names: Role[]) => `RoleDefinitionId] ForAnyOfAnyValues:GuidEquals ${guids(names)}`;
const isNoRole = (...names: Role[]) => `RoleDefinitionId] ForAnyOfAllValues:GuidNotEquals ${guids(names)}`;
const isType = (...types: string[]) =>
  `PrincipalType] ForAnyOfAnyValues:StringEqualsIgnoreCase {${types.map((type) => `'${type}'`).join(", ")}}`;
const isWho = (...names: Who[]) =>
  `PrincipalId] ForAnyOfAnyValues:GuidEquals {${names.map((name) => people[name][0]).join(", ")}}`;

/** The form that all of them have: unless it is this action, these hold. */
const only = (action: "write" | "delete", ...tests: string[]) => {
  const source = action === "write" ? "@Request" : "@Resource";
  const all = tests.map((text) => `${source}[${of}:${text}`).join(" AND ");
  return `((!(ActionMatches{'${of}/${action}'})) OR (${all}))`;
};
const both = (...tests: string[]) => `${only("write", ...tests)} AND ${only("delete", ...tests)}`;

const backup = isRole("backupContributor", "backupReader");
const logins = isRole("vmAdministratorLogin", "vmUserLogin");
const aks = isRole("aksAdmin", "aksClusterAdmin", "aksReader", "aksWriter");

/** "+ role who" gives it, "- role who" takes it away. */
type Call = `${"+" | "-"} ${Role} ${Who}`;

interface Documented {
  readonly condition: string;
  readonly allows: readonly Call[];
  readonly refuses: readonly Call[];
}

const documented: Readonly<Record<string, Documented>> = {
  "constrain roles": {
    condition: both(backup),
    allows: ["+ backupContributor otherUser", "+ backupReader service", "- backupReader otherGroup"],
    refuses: ["+ owner otherUser", "- owner otherUser", "+ acrPull service"],
  },
  "constrain roles and principal types": {
    condition: both(backup, isType("User", "Group")),
    allows: ["+ backupContributor otherUser", "+ backupReader otherGroup", "- backupReader otherUser"],
    refuses: ["+ backupReader service", "- backupReader service", "+ owner otherUser"],
  },
  "constrain roles and specific groups": {
    condition: both(backup, isWho("marketing", "sales")),
    allows: ["+ backupContributor marketing", "+ backupReader sales", "- backupReader marketing"],
    refuses: ["+ backupReader otherGroup", "- backupReader dara", "+ owner marketing"],
  },
  "constrain virtual machine management": {
    condition: both(logins, isWho("dara")),
    allows: ["+ vmAdministratorLogin dara", "+ vmUserLogin dara", "- vmUserLogin dara"],
    refuses: ["+ vmUserLogin otherUser", "+ owner dara", "- vmUserLogin otherUser"],
  },
  "constrain AKS cluster management": {
    condition: both(aks, isWho("dara")),
    allows: [
      "+ aksAdmin dara",
      "+ aksClusterAdmin dara",
      "+ aksReader dara",
      "+ aksWriter dara",
      "- aksAdmin dara",
    ],
    refuses: ["+ aksAdmin otherUser", "+ owner dara", "- aksWriter otherUser"],
  },
  "constrain ACR management": {
    condition: both(isRole("acrPull"), isType("ServicePrincipal")),
    allows: ["+ acrPull service", "- acrPull service"],
    refuses: ["+ acrPull otherUser", "+ owner service", "- acrPull otherGroup"],
  },
  "constrain add role assignments": {
    condition: only("write", backup),
    allows: ["+ backupReader otherUser", "- backupReader otherUser", "- owner otherUser"],
    refuses: ["+ owner otherUser", "+ acrPull service"],
  },
  "allow most roles, but don't allow others to assign roles": {
    condition: both(isNoRole("owner", "rbacAdministrator", "userAccessAdministrator")),
    allows: ["+ backupReader otherUser", "+ acrPull service", "- vmUserLogin dara"],
    refuses: [
      "+ owner otherUser",
      "+ rbacAdministrator otherUser",
      "+ userAccessAdministrator otherUser",
      "- owner otherUser",
      "- userAccessAdministrator service",
    ],
  },
  "roles for users only, in the overview": {
    condition: both(backup, isType("User")),
    allows: ["+ backupContributor dara", "+ backupReader otherUser", "- backupReader dara"],
    refuses: [
      "+ backupReader otherGroup",
      "+ backupReader service",
      "+ owner dara",
      "- backupReader service",
    ],
  },
};

/** What Azure holds against a condition when this is done. */
function inputOf(call: Call) {
  const [sign, role, who] = call.split(" ") as ["+" | "-", Role, Who];
  const [PrincipalId, PrincipalType] = people[who];
  const assignment = { RoleDefinitionId: roles[role], PrincipalId, PrincipalType };
  return sign === "+"
    ? { action: `${of}/write`, request: assignment, resource: {} }
    : { action: `${of}/delete`, request: {}, resource: assignment };
}

describe.each(Object.entries(documented))(
  "Microsoft's example: %s",
  (_title, { condition, allows, refuses }) => {
    const holds = parseCondition(condition);

    test("allows what its text allows, and refuses the rest", () => {
      expect(allows.filter((call) => !holds(inputOf(call)))).toEqual([]);
      expect(refuses.filter((call) => holds(inputOf(call)))).toEqual([]);
    });

    test("does not speak of other actions", () => {
      expect(holds({ action: `${of}/read`, request: {}, resource: {} })).toBe(true);
    });
  },
);

test("there are nine", () => {
  expect(Object.keys(documented)).toHaveLength(9);
});
