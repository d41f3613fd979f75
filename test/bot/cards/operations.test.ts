import { expect, test } from "vitest";
import { explanations, sentenceFor } from "../../../bot/cards/faultSentences.ts";
import type { Card } from "../../../bot/core/card.ts";
import type { Fault } from "../../../bot/core/errors.ts";
import type { Instance, InstanceState } from "../../../bot/core/instance.ts";
import { type OperationName, type OperationRecord, ways } from "../../../bot/core/operation.ts";
import { passing } from "../../../bot/core/passing.ts";
import { asItStands, write } from "../../../bot/core/text.ts";
import { commands } from "../../../bot/features/commands.ts";
import { operations } from "../../../bot/features/index.ts";
import { messageFrom } from "../../../bot/platforms/discord/render.ts";
import { isReadAlike } from "../../readAlike.ts";
import { later, view } from "../view.ts";
import { unpressable } from "./spoken.ts";

/** On Discord a command can't be typed in a direct message: what a member's card speaks of has to be a button of it. */
const there = { generation: "gen2345abcde", access: [{ address: "203.0.113.7", until: later(60) }] };
const homeDisk = { sizeGb: 30, sku: "StandardSSD_LRS", keptSince: later(0) };
const backup = { snapshot: "openclaw-miaaaaaaaa-op0", createdAt: later(0), sizeGb: 30, expires: later(60) };
const without: Partial<Instance>[] = [
  { state: "absent" },
  { state: "absent", homeDisk },
  { state: "absent", backup },
];
const having = (...states: InstanceState[]): Partial<Instance>[] =>
  states.map((state) => ({ ...there, state }));
const last = { operation: "op2345abcdef", name: "start", outcome: "failed" };
const every = having("ready", "degraded", "stopping", "stopped", "starting", "broken");

const inputs: Partial<Record<OperationName, OperationRecord["input"][]>> = {
  teardown: [{ homeDisk: "snapshot" }, { homeDisk: "keep" }, { homeDisk: "erase" }],
  access: [{}, { address: "203.0.113.7" }],
  connect: ways.map((how) => ({ how })),
  resize: [{ size: "Standard_B2as_v2" }],
};
/** Told by what looks at the gateway alone. */
const silent: Fault = { code: "GatewaySilent", detail: "", correlation: "c" };
/** One for every other sentence. */
const faults: readonly Fault[] = [
  ...new Map(
    [...Object.keys(explanations), ...Object.keys(passing), "NeverHeardOf"]
      .filter((code) => code !== silent.code)
      .map((code) => ({ ...silent, code }))
      .map((fault) => [sentenceFor(fault), fault] as const),
  ).values(),
];
const seen: Partial<Instance>[] = [
  ...every,
  ...without,
  ...having("degraded").map((instance) => ({ ...instance, fault: silent })),
  ...having("stopped", "degraded", "broken").flatMap((instance) =>
    faults.map((fault) => ({ ...instance, fault, last })),
  ),
];

/** The operations that members hear of, with the states in which each can find or leave an instance. */
const told: readonly [OperationName, Partial<Instance>[]][] = [
  ["request", [...having("deploying", "booting", "ready", "broken"), ...without]],
  ["start", every],
  ["stop", every],
  ["restart", every],
  ["connect", every],
  ["doctor", every],
  ["logs", every],
  ["teardown", [...having("deleting", "broken"), ...without]],
  ["access", every],
  ["status", seen],
  ["backup", [...every, ...without]],
  ["rebuild", [...having("deploying", "booting", "ready", "stopped", "broken"), ...without]],
  ["resize", every],
];

/** How an operation that asks the VM may end. */
const notes: Partial<Record<OperationName, OperationRecord["notes"][]>> = {
  doctor: [
    { off: "yes" },
    { "doctor said": "" },
    { "doctor said": "FAIL  first boot: checksum\nmodel m; keys: K" },
    { "doctor said": "ok    home\nFAIL  keys: none; openclaw-key set NAME\nmodel m; keys: K" },
  ],
  logs: [{ off: "yes" }, { "logs said": "" }, { "logs said": "page=2 pages=3\nline\n" }],
};

function cardsOf(name: OperationName, instances: readonly Partial<Instance>[]): Card[] {
  const ends: Partial<OperationRecord>[] = [
    { status: "running" },
    { status: "succeeded" },
    ...(notes[name] ?? []).map((notes) => ({ status: "succeeded" as const, notes })),
    { status: "cancelled" },
    { status: "superseded" },
    ...[...faults, ...(["start", "restart", "connect"].includes(name) ? [silent] : [])].map((fault) => ({
      status: "failed" as const,
      fault,
    })),
  ];
  // A build that succeeds leaves one that is ready.
  const builds = name === "request" || name === "rebuild";
  return ends.flatMap((end) =>
    instances
      .filter(({ state }) => !builds || end.status !== "succeeded" || state === "ready")
      .flatMap((instance) =>
        (inputs[name] ?? [{}]).map((input) => {
          const given = view(name, { operation: { ...end, input }, instance });
          return operations[name].card({ ...given, price: undefined });
        }),
      ),
  );
}

test("SSH that is opened to a stopped VM lets nobody log in, and the card says so", () => {
  const operation = { status: "succeeded", input: { address: "203.0.113.7" } } as const;
  const card = (state: InstanceState) =>
    operations.access.card({
      ...view("access", { operation, instance: { ...there, state } }),
      price: undefined,
    });
  const said = (state: InstanceState) => write(card(state).text ?? "", asItStands);
  expect(said("stopped")).toContain("Your VM is stopped: press Start");
  expect(card("stopped").buttons?.map(({ label }) => label)).toContain("Start");
  expect(said("ready")).not.toContain("Start");
});

test.for(told)(
  "what the cards about %s give to copy is read alike by every shell, or says for which it is",
  ([name, instances]) => {
    const given = cardsOf(name, instances)
      .flatMap(({ sections = [] }) => sections)
      .filter(({ code = "" }) => /(^|\| )(az|ssh|echo|cmd) /.test(code));
    const wrong = given.filter(
      ({ text, code = "" }) =>
        !isReadAlike(code) && !/\bOn (macOS or Linux|Windows)\b/.test(write(text, asItStands)),
    );
    expect([...new Set(wrong.map(({ code }) => code))]).toEqual([]);
  },
);

test.for(told)("every card about %s has a button for all that it speaks of", ([name, instances]) => {
  const cards = cardsOf(name, instances);
  const found = cards.flatMap((card) =>
    unpressable(card).map((spoken) => `${write(card.title, asItStands)}: ${spoken}`),
  );
  expect([...new Set(found)]).toEqual([]);
});

test.for(told)(
  "the cards about %s have at most five buttons, the destructive one last",
  ([name, instances]) => {
    const wrong = cardsOf(name, instances).flatMap(({ title, buttons = [] }) => {
      const first = buttons.findIndex(({ style }) => style === "danger");
      const isLast = first < 0 || first === buttons.length - 1;
      return buttons.length <= 5 && isLast
        ? []
        : [[write(title, asItStands), buttons.map(({ label }) => label)]];
    });
    expect(wrong).toEqual([]);
  },
);

test.for(told)("the titles of the cards about %s have a few words", ([name, instances]) => {
  const titles = cardsOf(name, instances).map(({ title }) => write(title, asItStands));
  expect([...new Set(titles)].filter((title) => title.split(" ").length > 6)).toEqual([]);
});

test.for(told)(
  "every button of the cards about %s belongs to a command, and has a label of its own",
  ([name, instances]) => {
    for (const card of cardsOf(name, instances)) {
      const buttons = card.buttons ?? [];
      expect(new Set(buttons.map(({ label }) => label)).size).toBe(buttons.length);
      for (const { line } of buttons) expect(commands.map((command) => command.name)).toContain(line.command);
      expect(messageFrom(card).components.flatMap(({ components }) => components)).toHaveLength(
        buttons.length,
      );
    }
  },
);
