import { at, isBody, textAt } from "../arm/kind.ts";
import { AzureError, refuse } from "../errors.ts";
import type { Body, Resource } from "../state.ts";
import { faultOf, guidOf, ofType, same, spend, type World } from "../world.ts";
import type { Role } from "./builtin.ts";
import { matches, parseCondition } from "./condition.ts";

export const assignmentType = "Microsoft.Authorization/roleAssignments";
export const definitionType = "Microsoft.Authorization/roleDefinitions";

/** The local operator: any caller with a token that the simulator did not sign. Owns the subscription. */
export const operator = guidOf("the local operator");

export interface Circumstances {
  /** The body of a write, for conditions on `@Request`. */
  readonly request?: Body;
  /** The existing resource, for conditions on `@Resource`. */
  readonly resource?: Resource | undefined;
  /** The call that needs this right on a linked resource. */
  readonly linkedTo?: { readonly action: string; readonly scope: string };
}

/** Refuses unless a role in effect gives this principal the action at the scope. */
export function authorize(
  world: World,
  principal: string,
  action: string,
  scope: string,
  circumstances: Circumstances = {},
): void {
  const fault = faultOf(world, "authorization", (f) =>
    f.target === undefined ? /\/(write|delete|action)$/i.test(action) : matches(f.target, action),
  );
  if (fault && !same(principal, operator)) spend(world, fault);
  else if (isAllowed(world, principal, action, scope, "actions", circumstances)) return;
  const who = `The client '${clientOf(world, principal)}' with object id '${principal}'`;
  const linked = circumstances.linkedTo;
  if (linked)
    throw refuse(
      403,
      "LinkedAuthorizationFailed",
      `${who} has permission to perform action '${linked.action}' on scope '${linked.scope}'; however, it does not have permission to perform action(s) '${action}' on the linked scope(s) '${scope}' (respectively) or the linked scope(s) are invalid.`,
    );
  throw refuse(
    403,
    "AuthorizationFailed",
    `${who} does not have authorization to perform action '${action}' over scope '${scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
  );
}

export function isAllowed(
  world: World,
  principal: string,
  action: string,
  scope: string,
  plane: "actions" | "dataActions",
  circumstances: Circumstances = {},
): boolean {
  const allowed = hasRole(world, principal, action, scope, plane, circumstances);
  world.asked?.({ principal, action, scope, plane, allowed });
  return allowed;
}

function hasRole(
  world: World,
  principal: string,
  action: string,
  scope: string,
  plane: "actions" | "dataActions",
  circumstances: Circumstances,
): boolean {
  const asking = principal.toLowerCase();
  return ofType(world, assignmentType).some((assignment) => {
    // Compare the principal first, without looking up a path: a large team has thousands of assignments.
    if (String(assignment.properties["principalId"]).toLowerCase() !== asking) return false;
    if (!within(scope, textAt(assignment.properties, "scope") ?? "")) return false;
    if (Number(assignment.hidden["effectiveAt"]) > world.now) return false;
    const role = roleOf(world, textAt(assignment.properties, "roleDefinitionId"));
    if (!role?.[plane]?.some((pattern) => matches(pattern, action))) return false;
    if (plane === "actions" && role.notActions?.some((pattern) => matches(pattern, action))) return false;
    const condition = textAt(assignment.properties, "condition");
    return condition === undefined || holds(condition, action, circumstances);
  });
}

/** Whether the id is the scope itself or below it. */
export const within = (id: string, scope: string) =>
  scope === "/" || `${id}/`.toLowerCase().startsWith(`${scope}/`.toLowerCase());

/** The role of a definition id, built-in or custom. */
export function roleOf(world: World, id: string | undefined): Role | undefined {
  const guid = id?.split("/").at(-1)?.toLowerCase() ?? "";
  const definition = ofType(world, definitionType).find((resource) => resource.name.toLowerCase() === guid);
  if (!definition) return undefined;
  const permissions = at(definition.properties, "permissions");
  const all = (key: string) =>
    (Array.isArray(permissions) ? permissions : []).flatMap((p): string[] =>
      isBody(p) ? ((p[key] as string[] | undefined) ?? []) : [],
    );
  return {
    name: textAt(definition.properties, "roleName") ?? guid,
    actions: all("actions"),
    notActions: all("notActions"),
    dataActions: all("dataActions"),
  };
}

function holds(condition: string, action: string, { request, resource }: Circumstances): boolean {
  return parseCondition(condition)({
    action,
    request: attributes(request?.["properties"]),
    resource: attributes(resource?.properties),
  });
}

/** The attributes of a role assignment that conditions can name. */
function attributes(properties: unknown) {
  return {
    RoleDefinitionId: textAt(properties, "roleDefinitionId")?.split("/").at(-1),
    PrincipalId: textAt(properties, "principalId"),
    PrincipalType: textAt(properties, "principalType"),
  };
}

export function clientOf(world: World, principal: string): string {
  const person = world.state.people.find(({ id }) => same(id, principal));
  return person?.userPrincipalName ?? world.state.principals[principal.toLowerCase()]?.appId ?? principal;
}

/** Parses a condition when it is written, so that a broken one fails at once. */
export function checkCondition(condition: string | undefined): void {
  if (condition === undefined) return;
  try {
    parseCondition(condition);
  } catch (error) {
    throw new AzureError(400, {
      code: "InvalidCondition",
      message: `The condition is not valid: ${error instanceof Error ? error.message : String(error)}`,
    });
  }
}
