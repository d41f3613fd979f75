import { minuteMs } from "../core/clock.ts";
import { PlatformUnwell } from "../core/errors.ts";
import type { HttpAnswer, Platform } from "../core/platform.ts";
import type { Parts } from "../parts.ts";

/** The answer while the settings don't allow any other. */
export const unavailable: HttpAnswer = {
  status: 503,
  headers: { "content-type": "text/plain; charset=utf-8" },
  body: "The bot can't answer this with its current settings. Whoever runs it can see what is wrong at /api/health.",
};

/** A platform that can't work with its settings. What it owes stays owed until they are fixed. */
export const refusingPlatform = (
  is: Pick<Platform, "name" | "vouches">,
  faults: readonly string[],
): Platform => ({
  ...is,
  receive: async () => ({ kind: "answer", answer: unavailable }),
  send: async () => {
    throw new PlatformUnwell(faults.join("; "), 60);
  },
});

/** How many lines per minute, because anyone in the world can cause one. */
const most = 10;

/** Logs who was not let in and why, without anything that they sent. Limited to some lines per minute, and one that counts the rest. */
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
