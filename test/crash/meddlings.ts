import { effectOf } from "./effects.ts";
import { type Boundary, isSame, type Meddling } from "./runs.ts";
import { type CrashWorld, meanwhile } from "./world.ts";

/** A meddling, and whether it has done what it is for. */
export interface Trial {
  readonly meddle: Meddling;
  hasCome(): boolean;
}

/** A worker dies the moment after one of its calls has taken effect, before it has heard of it. */
export function deathAfter(at: Boundary): Trial {
  let hasCome = false;
  return {
    hasCome: () => hasCome,
    meddle: async (call, boundary, send) => {
      const answer = await send();
      if (!hasCome && isSame(boundary, at)) {
        hasCome = true;
        call.by?.die();
      }
      return answer;
    },
  };
}

/** Workers die after the effects of these numbers, the second counted from the first. Answers with where. */
export function deathsAfter(numbers: readonly number[]): {
  readonly meddle: Meddling;
  readonly deaths: readonly Boundary[];
} {
  const left = [...numbers];
  const deaths: Boundary[] = [];
  let count = 0;
  return {
    deaths,
    meddle: async (call, boundary, send) => {
      if (effectOf(call) === undefined) return send();
      count += 1;
      const isOne = count === left[0];
      const answer = await send();
      if (isOne) {
        left.shift();
        count = 0;
        deaths.push(boundary);
        call.by?.die();
      }
      return answer;
    },
  };
}

export const storageFaults = ["lost", 412, 429, 503] as const;
export type StorageFault = (typeof storageFaults)[number];

/** How often a client tries while the storage refuses. */
const tries = 3;

/**
 * The storage fails once where it is called: its answer is lost after the call has taken effect, or it refuses as often as the client
 * tries.
 */
export function storageFails(at: Boundary, how: StorageFault): Trial {
  const most = how === 412 || how === "lost" ? 1 : tries;
  let failures = 0;
  let failing: string | undefined;
  return {
    hasCome: () => failures > 0,
    meddle: async (call, boundary, send) => {
      const same = `${call.method} ${call.url.href} ${call.body}`;
      if (failing === undefined && isSame(boundary, at)) failing = same;
      if (failing !== same || failures === most) return send();
      failures += 1;
      if (how !== "lost") return refusal(how, call.url.pathname.endsWith("/$batch"));
      await send();
      throw Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
    },
  };
}

const codes = { 412: "UpdateConditionNotSatisfied", 429: "TooManyRequests", 503: "ServerBusy" } as const;

/** Asks for no wait: the clients would really wait. */
function refusal(status: 412 | 429 | 503, inBatch: boolean): Response {
  const code = codes[status];
  const body = JSON.stringify({ "odata.error": { code, message: { lang: "en-US", value: `0:${code}` } } });
  const headers = { "x-ms-error-code": code, "content-type": "application/json", "retry-after": "0" };
  if (status !== 412 || !inBatch) return new Response(body, { status, headers });
  const part = `Content-Type: application/http\r\n\r\nHTTP/1.1 412 Status\r\n\r\n${body}`;
  return new Response(
    `--batchresponse_1\r\n\r\n--changesetresponse_1\r\n${part}\r\n--changesetresponse_1--\r\n--batchresponse_1--\r\n`,
    { status: 202, headers: { "content-type": "multipart/mixed; boundary=batchresponse_1" } },
  );
}

/** Just before a call another worker does all of the same piece of work; it has come once that one has called somebody. */
export function twoWorkers(at: Boundary, world: CrashWorld): Trial {
  let isBegun = false;
  let hasCome = false;
  return {
    hasCome: () => hasCome,
    meddle: async (_call, boundary, send) => {
      if (boundary.stage === meanwhile) hasCome = true;
      if (!isBegun && isSame(boundary, at)) {
        isBegun = true;
        await world.meanwhile();
      }
      return send();
    },
  };
}

export const noMeddling: Meddling = (_call, _at, send) => send();

type Behaviour = Partial<CrashWorld["behaviour"]>;

/**
 * What a queue and a platform may do: all of it with messages that come at least once, in no order.
 * @param came called once it has misbehaved
 */
export const behaviours = (
  { storage, now }: CrashWorld,
  came: () => void,
): Readonly<Record<string, Behaviour>> => {
  let taken = 0;
  return {
    "every message of the queue comes twice, at once": {
      hand: async (_message, handOver) => {
        came();
        await Promise.all([handOver(), handOver()]);
      },
    },
    "every message of the queue comes a minute and a half late": {
      hand: async (message, handOver) => {
        if (message.dequeued > 1) return handOver();
        came();
        message.visibleAt = now().getTime() + 90_000;
      },
    },
    "the queue hands over a later message first": {
      hand: async (_message, handOver) => {
        const later = storage.take("work", 600, now().getTime() + 60_000);
        if (later) {
          came();
          await handOver(later);
        }
        await handOver();
      },
    },
    "every third message of the queue is lost": {
      hand: async (message, handOver) => {
        taken += 1;
        if (taken % 3 !== 0) return handOver();
        came();
        storage.drop("work", message.id);
      },
    },
    "every call of a platform comes twice, at once": { callsTwice: came },
  };
};
