import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as z from "zod";
import { operationNames } from "../../../bot/core/operation.ts";
import { mostTries } from "../../../bot/core/store.ts";
import { operations, tasks } from "../../../bot/features/index.ts";
import { callTask } from "../../../bot/front/answerLater.ts";

const hostJson = z.object({ extensions: z.object({ queues: z.object({ maxDequeueCount: z.number() }) }) });

test("the last try is the last that the host makes", () => {
  const { extensions } = hostJson.parse(JSON.parse(readFileSync("host.json", "utf8")));
  expect(extensions.queues.maxDequeueCount).toBe(mostTries);
});

const kinds = [callTask, ...tasks].map(({ kind }) => kind);

test("there is one task for each kind of work that anything asks for", () => {
  expect(new Set(kinds).size).toBe(kinds.length);
  const sources = readdirSync("bot", { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".ts"),
  );
  const asked = sources.flatMap((file) =>
    [...readFileSync(`bot/${file}`, "utf8").matchAll(/kind: "(\w+)",\s*partition[:,]/g)].map(
      ([, kind]) => kind,
    ),
  );
  expect([...new Set(asked)].toSorted()).toEqual(kinds.toSorted());
});

test("there is an operation of each name", () => {
  expect(Object.keys(operations).toSorted()).toEqual([...operationNames].toSorted());
});
