import { trim } from "../deployments/history.ts";
import { refuse } from "../errors.ts";
import { dropSystemIdentity } from "../identity/principals.ts";
import { drop, type World } from "../world.ts";
import { asWritten, type Kind } from "./kind.ts";

/** Resource groups. Deleting one deletes everything in it. */
export const resourceGroups: Kind = {
  type: "Microsoft.Resources/resourceGroups",
  seconds: { create: 0, update: 0, remove: 30 },
  prepare(write) {
    const resource = asWritten(write);
    if (resource.location === undefined)
      throw refuse(400, "LocationRequired", "The location property is required for this definition.");
    if (write.before?.location !== undefined && write.before.location !== resource.location)
      throw refuse(
        409,
        "InvalidResourceGroupLocation",
        `Invalid resource group location '${resource.location}'. The Resource group already exists in location '${write.before.location}'.`,
      );
    resource.properties = {};
    return resource;
  },
  finish: { trim },
  removed(world, group) {
    empty(world, `${group.id}/`.toLowerCase());
  },
};

function empty(world: World, prefix: string): void {
  for (const [id, resource] of Object.entries(world.state.resources)) {
    if (!id.startsWith(prefix)) continue;
    dropSystemIdentity(world, resource.identity);
    drop(world, id);
  }
  for (const id of Object.keys(world.state.deployments))
    if (id.startsWith(prefix)) delete world.state.deployments[id];
}
