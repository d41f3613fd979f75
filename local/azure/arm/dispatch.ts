import { permissionRoutes } from "../access/permissions.ts";
import { computeRoutes } from "../compute/routes.ts";
import { deploymentRoutes } from "../deployments/routes.ts";
import { AzureError, refuse } from "../errors.ts";
import { strike, type World } from "../world.ts";
import type { Answer, Call, Route } from "./call.ts";
import { deployerRoutes } from "./deployer.ts";
import { handleResource } from "./items.ts";
import { parsePath } from "./path.ts";
import { pollRoutes } from "./polls.ts";
import { subscriptionRoutes } from "./subscription.ts";

const routes: readonly Route[] = [
  ...pollRoutes,
  ...deployerRoutes,
  ...subscriptionRoutes,
  ...permissionRoutes,
  ...computeRoutes,
  ...deploymentRoutes,
];

/** Answers one ARM call. @throws AzureError */
export function dispatch(call: Call): Answer {
  throttleByFault(call.world, call.path);
  checkVersion(call);
  for (const { method, pattern, handle } of routes) {
    if (method !== call.method) continue;
    const found = pattern.exec(call.path);
    if (found) return handle(call, found.groups ?? {});
  }
  return handleResource(call);
}

function throttleByFault(world: World, path: string): void {
  const fault = strike(world, "throttling", (f) =>
    path.toLowerCase().includes((f.target ?? "/").toLowerCase()),
  );
  if (!fault) return;
  throw new AzureError(
    429,
    {
      code: "TooManyRequests",
      message:
        "The request is being throttled as the limit has been reached for operation type. For more information, see https://aka.ms/srp-throttling-limits",
    },
    {
      "retry-after": String(fault.seconds ?? 5),
      "x-ms-ratelimit-remaining-subscription-reads": "0",
      "x-ms-ratelimit-remaining-subscription-writes": "0",
    },
  );
}

/** Accepts any dated version, except in the one case where the SDKs invite a mistake: disks have their own versions. */
function checkVersion({ apiVersion, path }: Call): void {
  if (apiVersion === "")
    throw refuse(
      400,
      "MissingApiVersionParameter",
      "The api-version query parameter (?api-version=) is required for all requests.",
    );
  if (!/^\d{4}-\d\d-\d\d(-\w+)?$/.test(apiVersion))
    throw refuse(400, "InvalidApiVersionParameter", `The api-version '${apiVersion}' is invalid.`);
  const { type } = parsePath(path);
  if (
    /^microsoft\.compute\/(disks|snapshots)$/i.test(type) &&
    apiVersion >= "2022" &&
    !apiVersion.endsWith("-02")
  )
    throw refuse(
      400,
      "NoRegisteredProviderFound",
      `No registered resource provider found for API version '${apiVersion}' for type '${type.split("/")[1]}'. The supported api-versions are '2022-03-02, 2022-07-02, 2023-01-02, 2023-04-02, 2023-10-02, 2024-03-02, 2025-01-02, 2026-03-02'.`,
    );
}
