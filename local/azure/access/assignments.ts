import { asWritten, type Kind, textAt, type Write } from "../arm/kind.ts";
import { refuse } from "../errors.ts";
import type { Resource } from "../state.ts";
import { faultOf, find, iso, ofType, same, type World } from "../world.ts";
import { assignmentType, checkCondition, definitionType, roleOf } from "./authorize.ts";

/** Simulated seconds until a new assignment works; Azure says up to ten minutes. */
const propagation = 5;
/** A principal newer than this may not have reached the directory's replicas. */
const replication = 30_000;

export const roleAssignments: Kind = {
  type: assignmentType,
  seconds: { create: 0, update: 0, remove: 0 },
  stateless: true,
  status: { created: 201, updated: 200 },
  prepare(write) {
    const { world, path, body, before, principal } = write;
    const properties = body["properties"];
    const roleDefinitionId = textAt(properties, "roleDefinitionId");
    const principalId = textAt(properties, "principalId");
    if (!roleDefinitionId || !principalId)
      throw refuse(400, "InvalidRequestContent", "roleDefinitionId and principalId are required.");
    if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(path.name))
      throw refuse(
        400,
        "InvalidRoleAssignmentId",
        `The role assignment ID '${path.name}' is not valid. The role assignment ID must be a GUID.`,
      );
    const role = roleOf(world, roleDefinitionId);
    if (!role)
      throw refuse(
        400,
        "RoleDefinitionDoesNotExist",
        `The specified role definition with ID '${roleDefinitionId.split("/").at(-1)}' does not exist.`,
      );
    needScope(world, path.scope);
    const principalType = checkPrincipal(world, principalId, textAt(properties, "principalType"));
    if (
      before &&
      !(same(before.properties["principalId"] as string, principalId) && sameRole(before, roleDefinitionId))
    )
      throw refuse(
        400,
        "RoleAssignmentUpdateNotPermitted",
        "Tenant ID, application ID, principal ID, and scope are not allowed to be updated.",
      );
    const twin = ofType(world, assignmentType).find(
      (other) =>
        !same(other.id, path.id) &&
        same(textAt(other.properties, "scope"), path.scope) &&
        same(textAt(other.properties, "principalId"), principalId) &&
        sameRole(other, roleDefinitionId),
    );
    if (twin)
      throw refuse(
        409,
        "RoleAssignmentExists",
        `The role assignment already exists. The ID of the conflicting role assignment is ${twin.name.replaceAll("-", "")}.`,
      );
    const condition = textAt(properties, "condition");
    checkCondition(condition);
    return assignment(write, {
      roleDefinitionId: fullRoleId(world, roleDefinitionId),
      principalId,
      principalType,
      condition,
      principal,
    });
  },
};

interface Grant {
  roleDefinitionId: string;
  principalId: string;
  principalType: string;
  condition: string | undefined;
  principal: string;
}

function assignment(write: Write, grant: Grant): Resource {
  const { world, before, path } = write;
  const delay = faultOf(world, "propagation")?.seconds ?? propagation;
  const resource = asWritten(write, {
    properties: {
      roleDefinitionId: grant.roleDefinitionId,
      principalId: grant.principalId,
      principalType: grant.principalType,
      scope: path.scope,
      condition: grant.condition ?? null,
      conditionVersion: grant.condition === undefined ? null : "2.0",
      createdOn: iso(before?.createdAt ?? world.now),
      updatedOn: iso(world.now),
      createdBy: grant.principal,
      updatedBy: grant.principal,
      delegatedManagedIdentityResourceId: null,
      description: textAt(write.body, "properties.description") ?? null,
    },
    hidden: before?.hidden ?? { effectiveAt: world.now + delay * 1000 },
  });
  const { tags: _, location: __, ...kept } = resource;
  return kept;
}

/** Checks the principal in the directory and returns its type. */
function checkPrincipal(world: World, id: string, said: string | undefined): string {
  const person = world.state.people.find((candidate) => same(candidate.id, id));
  const service = world.state.principals[id.toLowerCase()];
  const actual = person ? "User" : service ? "ServicePrincipal" : undefined;
  const unreplicated =
    said === undefined && service !== undefined && world.now - service.createdAt < replication;
  if (!actual || unreplicated)
    throw refuse(
      400,
      "PrincipalNotFound",
      `Principal ${id.replaceAll("-", "")} does not exist in the directory ${world.state.tenant}. Check that you have the correct principal ID. If you are creating this principal and then immediately assigning a role, this error might be related to a replication delay. In this case, set the role assignment principalType property to a value, such as ServicePrincipal, User, or Group. See https://aka.ms/docs-principaltype`,
    );
  if (said !== undefined && said !== actual)
    throw refuse(
      400,
      "UnmatchedPrincipalType",
      `The PrincipalId '${id.replaceAll("-", "")}' has type '${actual}', which is different from specified PrincipalType '${said}'.`,
    );
  return actual;
}

/** A secret used as a scope must exist in the vault; any other resource must exist in ARM. */
function needScope(world: World, scope: string): void {
  const secret = /\/vaults\/[^/]+\/secrets\/([^/]+)$/i.exec(scope)?.[1];
  const known =
    secret === undefined
      ? find(world, scope) !== undefined || /^\/subscriptions\/[^/]+$/i.test(scope)
      : world.state.secrets[secret.toLowerCase()] !== undefined;
  if (!known)
    throw refuse(
      404,
      "ResourceNotFound",
      `The Resource '${scope.split("/").slice(-2).join("/")}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
    );
}

const guidIn = (definition: string) => definition.split("/").at(-1)?.toLowerCase();
const sameRole = (assigned: Resource, definition: string) =>
  guidIn(textAt(assigned.properties, "roleDefinitionId") ?? "") === guidIn(definition);
const fullRoleId = (world: World, definition: string) =>
  `/subscriptions/${world.state.subscription}/providers/${definitionType}/${guidIn(definition)}`;

export const roleDefinitions: Kind = {
  type: definitionType,
  seconds: { create: 0, update: 0, remove: 0 },
  stateless: true,
  status: { created: 201, updated: 201 },
  prepare(write) {
    const roleName = textAt(write.body, "properties.roleName");
    const taken = ofType(write.world, definitionType).find(
      (role) => role.properties["roleName"] === roleName && !same(role.id, write.path.id),
    );
    if (taken)
      throw refuse(
        409,
        "RoleDefinitionWithSameNameExists",
        `A custom role with the same name already exists in this directory. Use a different name. (${roleName})`,
      );
    const resource = asWritten(write);
    resource.properties = { ...resource.properties, type: "CustomRole" };
    return resource;
  },
  mayRemove(world, role) {
    if (ofType(world, assignmentType).some((assigned) => sameRole(assigned, role.id)))
      throw refuse(
        400,
        "RoleDefinitionHasAssignments",
        `There are existing role assignments referencing role (code: ${role.name}).`,
      );
  },
};
