import { minuteMs } from "../core/clock.ts";
import { PlatformUnwell } from "../core/errors.ts";
import type { HttpAnswer, Platform } from "../core/platform.ts";
import type { Parts } from "../parts.ts";

/** What is answered in place of what can't work with the settings as they are. */
export const unavailable: HttpAnswer = {
  status: 503,
  headers: { "content-type": "text/plain; charset=utf-8" },
  body: "The bot can't answer this with its current settings. Whoever runs it can see what is wrong at /api/health.",
};

/** A platform that can't work with its settings: what is owed there stays owed until they are mended. */
export const refusingPlatform = (name: string, vouches: boolean, faults: readonly string[]): Platform => ({
  name,
  vouches,
  receive: async () => ({ kind: "answer", answer: unavailable }),
  send: async () => {
    throw new PlatformUnwell(faults.join("; "), 60);
  },
});

/**
 * For everybody who asks: names of settings, and never what they hold.
 * @param platforms what is wrong with each that is unwell; undefined: the storage does not say
 */
export function healthAnswer(
  faults: readonly string[],
  platforms: Readonly<Record<string, string>> | undefined,
): HttpAnswer {
  const wrong = {
    ...(faults.length > 0 && { settings: faults }),
    ...(platforms === undefined && { storage: "The storage of AzureWebJobsStorage doesn't answer." }),
    ...(platforms && Object.keys(platforms).length > 0 && { platforms }),
  };
  const ok = Object.keys(wrong).length === 0;
  return {
    status: ok ? 200 : 503,
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ ok, ...wrong }),
  };
}

/** So many lines in a minute; anybody in the world can cause one. */
const most = 10;

/** Writes down who was not let in, and why, without anything that they have sent. Kept to some lines a minute, and one that counts the rest. */
export function refusalLog({ log, wait }: Pick<Parts, "log" | "wait">) {
  let written = 0;
  let leftOut = 0;
  const afterAMinute = async () => {
    await wait(minuteMs, new AbortController().signal);
    if (leftOut > 0) log.info("more calls were refused", { leftOut });
    written = 0;
    leftOut = 0;
  };
  return (platform: string, why: string): void => {
    if (written === 0) void afterAMinute();
    if (written === most) leftOut += 1;
    else {
      written += 1;
      log.info("a call was refused", { platform, why });
    }
  };
}
