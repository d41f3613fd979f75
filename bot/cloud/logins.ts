import type { AuthorizationManagementClient, RoleAssignment } from "@azure/arm-authorization";
import type { CloudPlace, RoleHeld } from "../core/cloud.ts";
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

/** Those that let somebody log in: what they allow, and when the newest was made. */
interface Logins {
  readonly logins: readonly string[];
  readonly loginRoles: readonly LoginRole[];
  readonly loginsAt: string | undefined;
}

interface Login {
  readonly id: string;
  readonly role: LoginRole;
  readonly at: Date | undefined;
}

/** Those role assignments that let anybody log in, made on exactly these resources. */
export async function loginsOn(
  authorization: AuthorizationManagementClient,
  scopes: readonly string[],
): Promise<Logins> {
  const found = await Promise.all(
    scopes.map((scope) =>
      absent(
        loginsIn(authorization.roleAssignments.listForScope(bare(scope), { filter: "atScope()" }), [scope]),
      ),
    ),
  );
  return told(found.flatMap((logins) => logins ?? []));
}

/** Those of one person alone, by one call. The filter finds what is at, above and below the scope. */
export const loginsOf = async (
  authorization: AuthorizationManagementClient,
  place: CloudPlace,
  principal: string,
  scopes: readonly string[],
): Promise<Logins> =>
  told(
    await loginsIn(
      authorization.roleAssignments.listForResourceGroup(place.resourceGroup, {
        filter: `principalId eq '${principal}'`,
      }),
      scopes,
    ),
  );

const told = (logins: readonly Login[]): Logins => ({
  logins: logins.map(({ id }) => id),
  loginRoles: logins.map(({ role }) => role),
  loginsAt: logins
    .flatMap(({ at }) => at?.toISOString() ?? [])
    .toSorted((a, b) => a.localeCompare(b))
    .at(-1),
});

/** Of a list, which holds those inherited from above as well, the logins made on exactly these resources. */
async function loginsIn(
  assignments: AsyncIterable<RoleAssignment>,
  scopes: readonly string[],
): Promise<readonly Login[]> {
  const found: Login[] = [];
  for await (const { id, roleDefinitionId, createdOn } of assignments) {
    const where = id?.toLowerCase() ?? "";
    const here = scopes.some((scope) =>
      where.startsWith(`${scope}/providers/microsoft.authorization/`.toLowerCase()),
    );
    const [role] = kinds.find(([, definition]) => roleDefinitionId?.endsWith(definition)) ?? [];
    if (id && here && role) found.push({ id, role, at: createdOn });
  }
  return found;
}

/** Named as the template names them, so that both make the same assignments. */
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

/**
 * What somebody may do in a group and on everything in it, given to them directly, but for logins on these resources. The filter finds
 * what is at, above and below the scope ("Role Assignments - List For Resource Group", api-version 2022-04-01).
 */
export async function rolesHeld(
  authorization: AuthorizationManagementClient,
  place: CloudPlace,
  principal: string,
  except: readonly string[],
): Promise<readonly RoleHeld[]> {
  const below = groupId(place).toLowerCase();
  const own = except.map((scope) => `${scope}/providers/microsoft.authorization/`.toLowerCase());
  const found: RoleHeld[] = [];
  for await (const { id, roleDefinitionId } of authorization.roleAssignments.listForResourceGroup(
    place.resourceGroup,
    { filter: `principalId eq '${principal}'` },
  )) {
    const where = id?.toLowerCase() ?? "";
    const login = kinds.some(([, definition]) => roleDefinitionId?.endsWith(definition));
    if (id && where.startsWith(`${below}/`) && !(login && own.some((scope) => where.startsWith(scope))))
      found.push({ id, login });
  }
  return found;
}

export async function revokeLoginsOn(
  authorization: AuthorizationManagementClient,
  scopes: readonly string[],
  also: readonly string[],
): Promise<void> {
  const { logins } = await loginsOn(authorization, scopes);
  await Promise.all(
    [...logins, ...also].map((id) =>
      removing(authorization.roleAssignments.deleteById(bare(id)), () =>
        authorization.roleAssignments.getById(bare(id)),
      ),
    ),
  );
}

/** Lets an identity read and write one secret. Needs `principalType`, since the bot's own right is bound to it. */
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
