import { expect, test } from "vitest";
import type { Card } from "../../../bot/core/card.ts";
import { type Change, type RowKinds, rowShapes } from "../../../bot/core/store.ts";

const line = { command: "stop", options: { force: "yes" } };
const account = { platform: "discord", id: "102", name: "Mia Member" };
const config: RowKinds["config"] = { overrides: "{}", changedAt: "2026-01-31T09:00:00.000Z", by: "bot" };

test("a misspelt property does not compile, at any depth, and no row that is written may have one", () => {
  // @ts-expect-error at the top
  const top: RowKinds["config"] = { ...config, onTopof: "ab" };
  // @ts-expect-error in a transaction
  const change: Change = { kind: "config", id: "", value: { ...config, onTopof: "ab" } };
  // @ts-expect-error of a part
  const part: Pick<RowKinds["call"], "account"> = { account: { ...account, objectID: "x" } };
  // @ts-expect-error in a list
  const list: Pick<RowKinds["member"], "accounts"> = { accounts: [{ ...account, objectID: "x" }] };
  // @ts-expect-error among things by name
  const named: Pick<RowKinds["call"], "people"> = { people: { "102": { ...account, objectID: "x" } } };
  // @ts-expect-error in a button of a card
  const buttons: RowKinds["delivery"]["card"]["buttons"] = [{ label: "", line, onc: true }];
  // @ts-expect-error in a text
  const text: Card["text"] = [{ tine: "2026-01-31T09:00:00.000Z" }];
  expect([change, part, list, named, buttons, text]).toHaveLength(6);
  expect(rowShapes.config.safeParse(config).success).toBe(true);
  expect(rowShapes.config.safeParse(top).success).toBe(false);
});

test("nothing of a row is changed in place, at any depth", () => {
  /** Compiled, never called. */
  const changing = ({ call, delivery, bulk }: Pick<RowKinds, "call" | "delivery" | "bulk">) => {
    // @ts-expect-error at the top
    call.done = true;
    // @ts-expect-error of a part
    call.account.name = "Max";
    // @ts-expect-error among things by name
    call.line.options["force"] = "no";
    // @ts-expect-error a list
    delivery.routes.push("dm");
    // @ts-expect-error in a list
    (delivery.card.buttons ?? [])[0] = { label: "", line };
    for (const item of bulk.items) {
      // @ts-expect-error in a pair
      item[1] = "done";
    }
  };
  expect(changing).toBeTypeOf("function");
});
