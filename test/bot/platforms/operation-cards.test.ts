import { expect, test } from "vitest";
import { progressCard } from "../../../bot/cards/operationCards.ts";
import type { Instance } from "../../../bot/core/instance.ts";
import { type OperationName, type OperationRecord, operationNames } from "../../../bot/core/operation.ts";
import { operations } from "../../../bot/features/index.ts";
import { messageFrom } from "../../../bot/platforms/discord/render.ts";
import { cardFrom } from "../../../bot/platforms/teams/card.ts";
import { later, view } from "../view.ts";

/* What each operation says while it goes on, and in each way it can end, as it goes over the wire to both platforms. */

const fault = { code: "SkuNotAvailable", detail: "Azure's own words", correlation: "op2345abcdef" };
/** What the scripts on a VM have said, and what was seen on the way. */
const notes: Partial<Record<OperationName, Readonly<Record<string, string>>>> = {
  backup: { createdAt: later(10), expires: later(2_592_000), sizeGb: "30", running: "true" },
  transfer: { createdAt: later(10), expires: later(2_592_000), snapshot: "openclaw-miaaaaaaaa-op2345abcdef" },
  teardown: { createdAt: later(10), expires: later(2_592_000), snapshot: "openclaw-miaaaaaaaa-op2345abcdef" },
  configure: { "apply-config said": '{"applied":true,"hash":"ab"}', "apply-config ended": "well" },
  reload: {
    "refresh-secrets said": '{"keys":["ANTHROPIC_API_KEY"],"note":""}',
    "refresh-secrets ended": "well",
  },
  logs: { "logs said": "page=1 pages=2\nthe gateway listens", "logs ended": "well" },
  doctor: { "doctor said": "ok    service openclaw\nFAIL  keys: no model key", "doctor ended": "badly" },
};
const inputs: Partial<Record<OperationName, OperationRecord["input"]>> = {
  access: { address: "203.0.113.7" },
  connect: { how: "shell" },
  logs: { log: "gateway", page: 1 },
  resize: { size: "Standard_B2as_v2", running: true },
  transfer: { heir: { objectId: "44444444-4444-4444-8444-444444444444", name: "Max Member" } },
};
const price = {
  currency: "USD",
  running: 32.4,
  stopped: 4.2,
  homeDisk: 2.4,
  estimated: true,
  asOf: "2026-08-01",
};

/** A build that did not end with a VM has left none. */
const none: Partial<Instance> = {
  generation: undefined,
  state: "absent",
  size: undefined,
  publicIp: undefined,
  access: [],
};
const ends: Partial<Record<OperationName, Readonly<Record<string, Partial<Instance>>>>> = {
  request: { failed: none, cancelled: none },
  stop: { succeeded: { state: "stopped", access: [] } },
};

function cardsOf(name: OperationName) {
  const seen = view(name, {
    instance: {
      generation: "op2345abcdef",
      state: "ready",
      since: later(-7200),
      backedUpAt: later(-36_000),
      size: "Standard_B2als_v2",
      publicIp: "203.0.113.9",
      access: [{ address: "203.0.113.7", until: later(3600) }],
      homeDisk: { sizeGb: 30, sku: "StandardSSD_LRS" },
    },
  });
  const states = {
    running: {},
    succeeded: { notes: notes[name] ?? {} },
    failed: { fault },
    ...(name === "request" ? { cancelled: {} } : {}),
  };
  return Object.entries(states).map(([state, patch]) => {
    const operation = {
      ...seen.operation,
      input: inputs[name] ?? {},
      notes: {},
      ...patch,
      status: state as OperationRecord["status"],
    };
    const instance = { ...seen.instance, ...ends[name]?.[state] };
    return [state, progressCard(operations[name], { ...seen, operation, instance, price })] as const;
  });
}

const render = { discord: messageFrom, teams: cardFrom };
test.each(operationNames.flatMap((name) => [[name, "discord"] as const, [name, "teams"] as const]))(
  "what is said of %s on %s",
  async (name, platform) => {
    const rendered = Object.fromEntries(
      cardsOf(name).map(([state, card]) => [state, render[platform](card)]),
    );
    await expect(`${JSON.stringify(rendered, undefined, 2)}\n`).toMatchFileSnapshot(
      `golden/${platform}/operations/${name}.json`,
    );
  },
);
