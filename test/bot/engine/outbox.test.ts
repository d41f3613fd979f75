import { beforeEach, expect, test } from "vitest";
import { Conflict } from "../../../bot/core/errors.ts";
import type { WorkMessage } from "../../../bot/core/store.ts";
import { enter, type Needed } from "../../../bot/engine/outbox.ts";
import { member } from "../store/rows.ts";
import { settings } from "../view.ts";

const now = new Date("2026-11-29T09:00:00Z");
const message = (id: string): WorkMessage => ({ kind: "delivery", partition: "aaaaaaaaaa", id });

/** What is called in which order; a test can make each fail. */
let calls: string[];
let failing: Partial<Record<"commit" | "send", Error>>;
beforeEach(() => {
  calls = [];
  failing = {};
});
const said = async (what: "due" | "commit" | "send" | "log", more: string) => {
  calls.push(`${what} ${more}`);
  if (what in failing) throw failing[what as keyof typeof failing];
};
const parts: Needed = {
  clock: { now: () => now },
  store: {
    commit: async (partition, changes, dues = []) => {
      for (const { at, message } of dues)
        await said("due", `${message.id} ${(at.getTime() - now.getTime()) / 1000}`);
      await said("commit", `${partition} ${changes.length}`);
    },
    person: async () => ({}),
  },
  features: [],
  settings,
  queue: { send: ({ id }, seconds) => said("send", `${id} ${seconds}`) },
  log: { info: () => undefined, error: (what) => calls.push(`log ${what}`) },
};
const entry = {
  partition: "aaaaaaaaaa",
  changes: [],
  wake: [message("now")],
  again: { message: message("next"), inSeconds: 5 },
  later: [{ at: new Date(now.getTime() + 3600_000), message: message("later") }],
};

test("what makes somebody look again comes before the transaction, the queue after it", async () => {
  await enter(entry, parts);
  expect(calls).toEqual(["due now 60", "due later 3600", "commit aaaaaaaaaa 0", "send now 0", "send next 5"]);
});

test("nobody is woken for what somebody else was faster with", async () => {
  failing.commit = new Conflict("someone else wrote the row first");
  await expect(enter(entry, parts)).rejects.toThrow(Conflict);
  expect(calls).toEqual(["due now 60", "due later 3600", "commit aaaaaaaaaa 0"]);
});

test("a queue that fails is logged, each time, and left to the sweep", async () => {
  failing.send = new Error("no queue");
  await enter(entry, parts);
  expect(calls.slice(3)).toEqual([
    "send now 0",
    "log a message was not queued",
    "send next 5",
    "log a message was not queued",
  ]);
});

test("what features say is due at once is woken after the transaction, what is due later waits for its time", async () => {
  const later = new Date(now.getTime() + 7200_000);
  const features = [
    {
      dueTimes: () => [
        { at: new Date(0), message: message("over") },
        { at: later, message: message("ahead") },
      ],
    },
  ];
  const changes = [{ kind: "member", id: "", value: member("aaaaaaaaaa") }] as const;
  await enter({ partition: "aaaaaaaaaa", changes }, { ...parts, features });
  expect(calls).toEqual(["due over 60", "due ahead 7200", "commit aaaaaaaaaa 1", "send over 0"]);
});
