import { expect, test } from "vitest";
import { refusalLog } from "../../../bot/front/refusing.ts";
import { alarms } from "../../alarms.ts";

test("ten of a minute are logged one by one, and then how many more there were", async () => {
  const lines: unknown[] = [];
  const { wait, runOut, asked } = alarms();
  const log = {
    info: (message: string, fields?: object) => void lines.push([message, fields]),
    error: () => {},
  };
  const refused = refusalLog({ log, wait });
  const one = ["a call was refused", { platform: "teams", why: "no token" }];
  for (let i = 0; i < 1000; i += 1) refused("teams", "no token");
  expect(lines).toEqual(Array.from({ length: 10 }, () => one));
  expect(asked).toEqual([60_000]);
  runOut();
  await Promise.resolve();
  expect(lines.slice(10)).toEqual([["more calls were refused", { leftOut: 990 }]]);
  // The next minute is a new one, and where all were logged there is nothing to count.
  refused("teams", "no token");
  runOut();
  await Promise.resolve();
  expect(lines.slice(11)).toEqual([one]);
});
