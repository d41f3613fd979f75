import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as z from "zod";
import { workKinds } from "../../../bot/core/store.ts";
import { tasks } from "../../../bot/features/index.ts";
import { callTask } from "../../../bot/front/callTask.ts";
import { mostTries } from "../../../bot/parts.ts";

const hostJson = z.object({ extensions: z.object({ queues: z.object({ maxDequeueCount: z.number() }) }) });

test("the last try is the last that the host makes", () => {
  const { extensions } = hostJson.parse(JSON.parse(readFileSync("host.json", "utf8")));
  expect(extensions.queues.maxDequeueCount).toBe(mostTries);
});

test("there is a task for each kind of work", () => {
  expect([callTask, ...tasks].map(({ kind }) => kind).toSorted()).toEqual([...workKinds].toSorted());
});
