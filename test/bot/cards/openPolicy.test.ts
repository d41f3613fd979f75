import { expect, test } from "vitest";
import { openToAllWarning, withOpenToAllWarning } from "../../../bot/cards/connect.ts";
import { begin } from "../../../bot/engine/begin.ts";
import { request } from "../../../bot/features/instance/request.ts";
import { view } from "../view.ts";

const card = { title: "Your OpenClaw", tone: "good", text: "It costs nothing." } as const;

test("where any address may reach SSH, every card says so", () => {
  const { instance, settings } = view("status");
  const open = { ...settings, networkPolicy: "open" } as const;
  const builtSo = { ...instance, networkPolicy: "open" } as const;
  expect(withOpenToAllWarning(card, builtSo, open).text).toBe(`It costs nothing.\n\n${openToAllWarning}`);
  expect(withOpenToAllWarning({ ...card, text: undefined }, builtSo, open).text).toBe(openToAllWarning);
  expect(withOpenToAllWarning(card, builtSo, { ...settings, networkPolicy: "locked" })).toBe(card);
  // One that was built closed stays so.
  expect(withOpenToAllWarning(card, { ...instance, networkPolicy: "locked" }, open)).toBe(card);
});

test.each(["open", "locked"] as const)("the first card of a build does, or does not: %s", (networkPolicy) => {
  const { member, settings, now } = view("request");
  const { changes } = begin({
    operation: request,
    cause: "call",
    member,
    instance: undefined,
    replyTo: { platform: "discord", account: "1", data: {} },
    now,
    settings: { ...settings, networkPolicy },
  });
  const told = JSON.stringify(changes.find(({ kind }) => kind === "delivery"));
  expect(told.includes(openToAllWarning)).toBe(networkPolicy === "open");
});
