import { appendFileSync } from "node:fs";
import { relative } from "node:path";
import { expect, onTestFinished } from "vitest";
import { type Exchange, trafficLog } from "../local/traffic.ts";

/*
 * `npm run test:wire` holds one recording of all tests to the vendors' specifications. Every test world records through
 * this file; a test that says on purpose what no client would say, or speaks for az, takes itself out, with its reason.
 */

const shared = process.env["TRAFFIC_LOG"];
const toShared = trafficLog(shared);
let left = false;
const told = new Set<string>();

/** Where a test world's traffic goes: to the common recording, if there is one, and to a file of its own. */
export function recorder(own?: string): (exchange: Exchange) => void {
  const toOwn = trafficLog(own);
  return (exchange) => {
    toOwn(exchange);
    if (!left) toShared(exchange);
  };
}

/** Leaves this test, from here to its end, out of the common recording. */
export function unrecordedTest(why: string): void {
  leave(why);
  onTestFinished(() => {
    left = false;
  });
}

/** Leaves the whole file out of the common recording. */
export const unrecordedFile = (why: string): void => leave(why);

function leave(why: string): void {
  left = true;
  const { testPath = "", currentTestName = "all of it" } = expect.getState();
  const line = `${relative(process.cwd(), testPath)}: ${currentTestName}: ${why}\n`;
  if (shared && !told.has(line)) appendFileSync(`${shared}.unrecorded`, line);
  told.add(line);
}
