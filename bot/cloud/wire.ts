import { AsyncLocalStorage } from "node:async_hooks";
import type { ComputeManagementClient, ComputeManagementClientOptionalParams } from "@azure/arm-compute";
import type { Buckets } from "./buckets.ts";
import { faultOf, faultOfAnswer } from "./faults.ts";

type AdditionalPolicy = NonNullable<ComputeManagementClientOptionalParams["additionalPolicies"]>[number];

export const resourceManager = "Azure Resource Manager";
const secondsPerRequest = 20;

/**
 * What every Azure client gets: one short retry of its own, because the queue tries again anyway; a time limit; and every failure as an
 * `AzureFault`. This is done here and not around each call, because the newer clients drop the body of an error before they throw it.
 * @param buckets note what each answer says is left of the bot's calls
 */
export const wire = (service: string, buckets?: Buckets) => ({
  retryOptions: { maxRetries: 1, retryDelayInMs: 200, maxRetryDelayInMs: 1000 },
  additionalPolicies: [faults(service), throttling(service), ...(buckets ? [counting(buckets)] : [])],
});

const endings = new AsyncLocalStorage<AbortSignal>();

/**
 * Calls to Azure for this work end with the signal: a request in progress is aborted and none is sent after it, neither the next one nor
 * a retry. Every request passes here, so no call can be without it.
 */
export const endingWith = <T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> =>
  endings.run(signal, work);

/** The newer clients fetch their token outside of these policies; inside, its failure also becomes a fault. */
export function tokenInside<C extends Pick<ComputeManagementClient, "pipeline">>(client: C): C {
  for (const policy of client.pipeline.removePolicy({ name: "bearerTokenAuthenticationPolicy" }))
    client.pipeline.addPolicy(policy);
  return client;
}

const faults = (service: string): AdditionalPolicy => ({
  position: "perCall",
  policy: {
    name: "openclawFaults",
    async sendRequest(request, next) {
      request.timeout ||= secondsPerRequest * 1000;
      const ending = endings.getStore();
      if (ending) request.abortSignal ??= ending;
      const response = await next(request).catch((error: unknown) => {
        throw readable(faultOf(service, error));
      });
      if (response.status < 400) return response;
      throw readable(faultOfAnswer(service, { ...response, body: response.bodyAsText }));
    },
  },
});

/** Runs inside the SDK's retry, which would sleep as long as Azure says; the queue is better at waiting. */
const throttling = (service: string): AdditionalPolicy => ({
  position: "perRetry",
  policy: {
    name: "openclawThrottling",
    async sendRequest(request, next) {
      // Some requests have a signal of their own, such as those that check a long operation.
      endings.getStore()?.throwIfAborted();
      const response = await next(request);
      const wait =
        response.status === 429 || (response.status === 503 && response.headers.has("retry-after"));
      if (wait) throw faultOfAnswer(service, { ...response, body: response.bodyAsText });
      return response;
    },
  },
});

/** Runs inside the policy that throws, so that a refusal's headers are read too. */
const counting = (buckets: Buckets): AdditionalPolicy => ({
  position: "perRetry",
  policy: {
    name: "openclawBuckets",
    async sendRequest(request, next) {
      const response = await next(request);
      buckets.note(response.headers, vmIn(request.url));
      return response;
    },
  },
});

/** The name of the VM in a Resource Manager address. */
function vmIn(url: string): string | undefined {
  const segments = new URL(url).pathname.split("/");
  const at = segments.findIndex((segment) => segment.toLowerCase() === "virtualmachines");
  return at < 0 ? undefined : segments[at + 1];
}

/** The SDK's own pollers look for `statusCode`. */
const readable = <E extends { status: number }>(fault: E) =>
  Object.assign(fault, { statusCode: fault.status });

/** Sends a long-running request and doesn't wait for its end: the next look shows the result. */
export const submit = (poller: { submitted(): Promise<void> }): Promise<void> => poller.submitted();

/** The same for the older clients, which check the progress once and may find that it has already failed. */
export async function begun(beginning: Promise<unknown>): Promise<void> {
  try {
    await beginning;
  } catch (error) {
    throw faultOf(resourceManager, error);
  }
}
