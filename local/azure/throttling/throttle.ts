import { retryAfter } from "../arm/operations.ts";
import { parsePath } from "../arm/path.ts";
import { AzureError } from "../errors.ts";
import { same, type World } from "../world.ts";
import { type Drawn, type Taken, take } from "./buckets.ts";
import { azureLimits, type ComputeCalls, globalTimes, type Rate } from "./limits.ts";

interface Asked {
  readonly principal: string;
  readonly method: string;
  readonly path: string;
}

/** What is left in a call's buckets, and the refusal if one of them was empty. */
export interface Throttled {
  readonly headers: Readonly<Record<string, string>>;
  readonly refusal?: AzureError;
}

/**
 * Counts a call, first in Resource Manager's buckets, then in those of Compute, which only sees the calls let through ("Understand how
 * Azure Resource Manager throttles requests", 2026).
 */
export function throttle(world: World, asked: Asked): Throttled {
  const first = take(world, managerBuckets(world, asked));
  if (first.short) return { headers: first.headers, refusal: managerRefusal(world, asked, first.short) };
  const second = take(world, computeBuckets(world, asked));
  const headers = { ...first.headers, ...second.headers };
  return second.short ? { headers, refusal: computeRefusal(world, second.short) } : { headers };
}

/** POST counts as a write, whatever it does. */
const kindOf = (method: string): "reads" | "writes" | "deletes" =>
  method === "GET" || method === "HEAD" ? "reads" : method === "DELETE" ? "deletes" : "writes";

/** The identity's own bucket, for the subscription or the tenant, and the one that all identities share. */
function managerBuckets(
  { limits = azureLimits }: World,
  { principal, method, path }: Asked,
): readonly Drawn[] {
  const { subscription } = parsePath(path);
  const kind = kindOf(method);
  const scope = subscription === undefined ? "tenant" : "subscription";
  const rate = limits[kind];
  const own = { key: `${scope} ${kind} ${principal}`, header: `${remaining}-${scope}-${kind}`, rate };
  if (subscription === undefined) return [own];
  const all: Rate = { most: globalTimes * rate.most, perSecond: globalTimes * rate.perSecond };
  return [own, { key: `all ${kind}`, header: `${remaining}-subscription-global-${kind}`, rate: all }];
}

const remaining = "x-ms-ratelimit-remaining";

/**
 * "Troubleshooting API throttling errors" (Microsoft Learn, 2026) has the form, `<source RP>/<policy or bucket>;<count>`; no document says
 * which policies there are today. These have the names seen until 2023, such as `Microsoft.Compute/PutVM3Min;239`.
 */
const policies: Readonly<Record<ComputeCalls, string>> = {
  get: "GetVM",
  put: "PutVM",
  update: "UpdateVM",
  delete: "DeleteVM",
  list: "ListVM",
  operation: "GetOperation",
};

function computeBuckets({ limits = azureLimits }: World, { method, path }: Asked): readonly Drawn[] {
  const calls = computeCalls(method, path);
  if (!calls) return [];
  const { one, all } = limits.compute[calls.kind];
  const header = `${remaining}-resource`;
  const policy = `Microsoft.Compute/${policies[calls.kind]}`;
  return [
    { key: `compute ${calls.kind}`, header, policy: `${policy}3Min`, rate: all },
    ...(one
      ? [{ key: `compute ${calls.kind} ${calls.of}`, header, policy: `${policy}Resource3Min`, rate: one }]
      : []),
  ];
}

/** How Compute counts a call, and for which VM or operation; undefined: a call without a documented limit. */
function computeCalls(method: string, path: string): { kind: ComputeCalls; of: string } | undefined {
  const { namespace, types, names } = parsePath(path);
  if (!same(namespace, "Microsoft.Compute")) return undefined;
  const [first = "", second = ""] = types.map((type) => type.toLowerCase());
  if (first === "locations" && second.startsWith("operation"))
    return { kind: "operation", of: `${names[1]}`.toLowerCase() };
  if (first !== "virtualmachines") return undefined;
  const of = names[0]?.toLowerCase();
  if (of === undefined) return { kind: "list", of: "" };
  if (method === "GET" || method === "HEAD") return { kind: "get", of };
  if (method === "DELETE") return { kind: second === "" ? "delete" : "update", of };
  if (method === "POST" && second === "deallocate") return { kind: "delete", of };
  return { kind: method === "PUT" && second === "" ? "put" : "update", of };
}

type Short = NonNullable<Taken["short"]>;

function managerRefusal(world: World, { principal, method, path }: Asked, { seconds }: Short): AzureError {
  const { subscription } = parsePath(path);
  const kind = kindOf(method).slice(0, -1);
  const of = subscription === undefined ? `tenant '${world.state.tenant}'` : `subscription '${subscription}'`;
  return new AzureError(
    429,
    {
      code: subscription === undefined ? "TenantRequestsThrottled" : "SubscriptionRequestsThrottled",
      message: `Number of '${kind}' requests for ${of} actor '${principal}' exceeded. Please try again after '${seconds}' seconds after additional tokens are available. Refer to https://aka.ms/arm-throttling for additional information.`,
    },
    { "retry-after": retryAfter(world, seconds) },
  );
}

function computeRefusal(world: World, { bucket, seconds }: Short): AzureError {
  const operationGroup = bucket.policy?.split("/")[1] ?? "";
  const counted = {
    operationGroup,
    allowedRequestCount: bucket.rate.most,
    measuredRequestCount: bucket.rate.most + 1,
  };
  return new AzureError(
    429,
    {
      code: "OperationNotAllowed",
      message:
        "The server rejected the request because too many requests have been received for this subscription.",
      details: [{ code: "TooManyRequests", target: operationGroup, message: JSON.stringify(counted) }],
    },
    { "retry-after": retryAfter(world, seconds) },
  );
}
