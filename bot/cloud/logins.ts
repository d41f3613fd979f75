import type { AuthorizationManagementClient, RoleAssignment } from "@azure/arm-authorization";
import type { CloudPlace, Login, RoleHeld, Roles } from "../core/cloud.ts";
import { all } from "../core/first.ts";
import type { LoginRole } from "../core/member.ts";
import { absent, removing, unless } from "./faults.ts";
import { bare, groupId, guid, roleDefinitionId } from "./ids.ts";

/** Built-in roles: Virtual Machine User Login and Administrator Login (Microsoft Learn, "Azure built-in roles"). */
const roleOf: Readonly<Record<LoginRole, string>> = {
  user: "fb879df8-f326-4884-b1cf-06f3ad86be52",
  administrator: "1c0163c0-47e6-4577-8991-ea5c82e286e4",
};
const kinds = [
  ["user", roleOf.user],
  ["administrator", roleOf.administrator],
] as const;
const secretsOfficer = "b86a8fe4-44ce-4948-aee5-eccb2c155cd7";

/** The role assignments that let anyone log in, scoped to exactly these resources. */
export async function loginsOn(
  authorization: AuthorizationManagementClient,
  scopes: readonly string[],
): Promise<readonly Login[]> {
  const found = await Promise.all(
    scopes.map((scope) =>
      absent(all(authorization.roleAssignments.listForScope(bare(scope), { filter: "atScope()" }))),
    ),
  );
  return found.flatMap((assignments) => (assignments ?? []).flatMap((one) => loginIn(one, scopes) ?? []));
}

/**
 * The roles given directly to someone in a group and on everything in it. The filter finds what is at, above and below the scope
 * ("Role Assignments - List For Resource Group", api-version 2022-04-01).
 */
export async function rolesOf(
  authorization: AuthorizationManagementClient,
  place: CloudPlace,
  person: string,
  scopes: readonly string[],
): Promise<Roles> {
  const found = await all(
    authorization.roleAssignments.listForResourceGroup(place.resourceGroup, {
      filter: `principalId eq '${person}'`,
    }),
  );
  const below = `${groupId(place)}/`.toLowerCase();
  const elsewhere = found
    .filter((one) => one.id?.toLowerCase().startsWith(below) && !loginIn(one, scopes))
    .map(
      ({ id = "", roleDefinitionId }): RoleHeld => ({ id, login: loginRole(roleDefinitionId) !== undefined }),
    );
  return { logins: found.flatMap((one) => loginIn(one, scopes) ?? []), elsewhere };
}

/** Picks the login assignments scoped to exactly one of these resources: a list also holds those inherited from above and made below. */
function loginIn(
  { id, roleDefinitionId, createdOn }: RoleAssignment,
  scopes: readonly string[],
): Login | undefined {
  const role = loginRole(roleDefinitionId);
  const scope = scopes
    .map((one) => one.toLowerCase())
    .find((one) => id?.toLowerCase().startsWith(`${one}/providers/microsoft.authorization/`));
  return id && role && scope ? { id, role, scope, at: createdOn?.toISOString() } : undefined;
}

const loginRole = (definition: string | undefined): LoginRole | undefined =>
  kinds.find(([, id]) => definition?.endsWith(id))?.[0];

/** Named as in the template, so that both create the same assignments. */
export async function grantLogins(
  authorization: AuthorizationManagementClient,
  subscription: string,
  scopes: readonly string[],
  owner: { readonly objectId: string; readonly loginRole: LoginRole },
): Promise<void> {
  const role = roleOf[owner.loginRole];
  await Promise.all(
    scopes.map((scope) =>
      unless(
        authorization.roleAssignments.create(bare(scope), guid(scope, owner.objectId, role), {
          principalId: owner.objectId,
          principalType: "User",
          roleDefinitionId: roleDefinitionId(subscription, role),
        }),
        "RoleAssignmentExists",
      ),
    ),
  );
}

/** Deletes role assignments by their ids. */
export async function revoke(
  authorization: AuthorizationManagementClient,
  ids: readonly string[],
): Promise<void> {
  await Promise.all(
    ids.map((id) =>
      removing(authorization.roleAssignments.deleteById(bare(id)), () =>
        authorization.roleAssignments.getById(bare(id)),
      ),
    ),
  );
}

/** Lets an identity read and write one secret. Needs `principalType`, because the bot's own right depends on it. */
export const grantSecret = (
  authorization: AuthorizationManagementClient,
  subscription: string,
  secret: string,
  principalId: string,
): Promise<void> =>
  unless(
    authorization.roleAssignments.create(bare(secret), grantName(secret, principalId), {
      principalId,
      principalType: "ServicePrincipal",
      roleDefinitionId: roleDefinitionId(subscription, secretsOfficer),
    }),
    "RoleAssignmentExists",
  );

export const isGranted = async (
  authorization: AuthorizationManagementClient,
  secret: string,
  principalId: string,
): Promise<boolean> =>
  (await absent(authorization.roleAssignments.get(bare(secret), grantName(secret, principalId)))) !==
  undefined;

const grantName = (secret: string, principalId: string) => guid(secret, principalId, secretsOfficer);
