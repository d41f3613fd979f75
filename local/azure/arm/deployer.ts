import { ofType, same } from "../world.ts";
import { ok, type Route, route } from "./call.ts";
import { textAt } from "./kind.ts";

/** What a deployer checks first: their rights, and whether names are free. */
export const deployerRoutes: readonly Route[] = [
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
