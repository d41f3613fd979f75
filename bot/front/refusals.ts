import type { Parts } from "../parts.ts";

/** So many lines in a minute; anybody in the world can cause one. */
const most = 10;
const minuteMs = 60_000;

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
