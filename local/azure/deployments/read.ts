import { shown } from "../arm/kind.ts";
import { kindOf } from "../kinds.ts";
import type { Read } from "../template/plan.ts";
import { find, type World } from "../world.ts";
import { renderDeployment } from "./view.ts";

/** What `reference()` in a template sees. */
export const reader =
  (world: World): Read =>
  (id) => {
    const resource = find(world, id);
    if (resource)
      return kindOf(resource.type)?.render?.(world, resource, new URLSearchParams()) ?? shown(resource);
    const deployment = world.state.deployments[id.toLowerCase()];
    return deployment && renderDeployment(world, deployment);
  };
