import { assignmentType, roleOf, within } from "../access/authorize.ts";
import { ofType, same } from "../world.ts";
import { ok, type Route, route } from "./call.ts";
import { textAt } from "./kind.ts";

/** What somebody asks who is about to deploy: what they may do, and whether names are free. */
export const deployerRoutes: readonly Route[] = [
  route(
    "GET",
    "/subscriptions/{s}/providers/Microsoft.Authorization/permissions",
    ({ world, principal }, { s }) => {
      const mine = ofType(world, assignmentType).filter(
        ({ properties }) =>
          same(textAt(properties, "principalId"), principal) &&
          within(`/subscriptions/${s}`, textAt(properties, "scope") ?? ""),
      );
      const roles = mine.flatMap(
        ({ properties }) => roleOf(world, textAt(properties, "roleDefinitionId")) ?? [],
      );
      return ok({
        value: roles.map(({ actions, notActions = [], dataActions = [] }) => ({
          actions,
          notActions,
          dataActions,
          notDataActions: [],
        })),
      });
    },
  ),
  ...["KeyVault", "Storage", "Web"].map((namespace) =>
    route(
      "POST",
      `/subscriptions/{s}/providers/Microsoft.${namespace}/checkNameAvailability`,
      ({ world, body }) => {
        const taken = ofType(world, textAt(body, "type") ?? "").some(({ name }) =>
          same(name, textAt(body, "name")),
        );
        return ok(
          taken
            ? { nameAvailable: false, reason: "AlreadyExists", message: "The name is already in use." }
            : { nameAvailable: true },
        );
      },
    ),
  ),
];
