import { ok, type Route, route } from "../arm/call.ts";
import { textAt } from "../arm/kind.ts";
import { ofType, same } from "../world.ts";
import { assignmentType, authorize, roleOf, within } from "./authorize.ts";

/** What the caller may do at a scope: one entry per role in effect (REST "Permissions", api-version 2022-04-01). Conditions don't show. */
export const permissionRoutes: readonly Route[] = [
  route("GET", "/{*scope}/providers/Microsoft.Authorization/permissions", ({ world, principal }, found) => {
    const scope = found["scope"] ?? "";
    authorize(world, principal, "Microsoft.Authorization/permissions/read", scope);
    const roles = ofType(world, assignmentType).flatMap(({ properties, hidden }) => {
      const mine =
        same(textAt(properties, "principalId"), principal) &&
        within(scope, textAt(properties, "scope") ?? "") &&
        Number(hidden["effectiveAt"]) <= world.now;
      return mine ? (roleOf(world, textAt(properties, "roleDefinitionId")) ?? []) : [];
    });
    return ok({
      value: roles.map(({ actions = [], notActions = [], dataActions = [] }) => ({
        actions,
        notActions,
        dataActions,
        notDataActions: [],
      })),
    });
  }),
];
