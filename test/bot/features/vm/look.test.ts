import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { memberKey } from "../../../../bot/core/names.ts";
import { startWorld, type World } from "../../../world.ts";
import { changesIn } from "../../tables.ts";

/** What a member sees of their VM without logging in: its checks and its logs. The tests build on each other. */
let world: World;
let key: string;
const mia = () => world.discord.people.mia;
beforeAll(async () => {
  world = await startWorld();
  const person = world.azure.people.list().find(({ displayName }) => displayName === "Mia Member");
  key = memberKey(person?.id ?? "");
  await world.enroll(mia());
  await world.client.types(mia(), "openclaw request");
  await world.settle();
}, 60_000);
afterEach(() => world.azure.faults.clear());
afterAll(() => world.close());

/** Asks, and waits; answers with what has become of the answer. */
async function asks(command: string, options: Readonly<Record<string, string>> = {}) {
  const first = await world.client.types(mia(), `openclaw ${command}`, options);
  expect(first.private).toBe(true);
  await world.settle();
  return seen(first.id);
}
function seen(id: string) {
  const found = world.client.sees(mia()).find((message) => message.id === id);
  if (!found) throw new Error("the answer is gone");
  return found;
}
function runCommands() {
  world.azure.advance(10);
  return world.azure
    .resources()
    .filter(({ type, name }) => type.endsWith("/runCommands") && /^(doctor|logs)/.test(name))
    .map(({ name }) => name);
}

test("without a key for a model, every card that leads in says so and how to set one, and doctor as well", async () => {
  const ready = world.client.dms(mia()).at(-1);
  const setting = expect.stringMatching(/^az ssh vm .* -- -t openclaw-key set ANTHROPIC_API_KEY$/);
  expect(ready?.text).toContain("Your OpenClaw is ready");
  expect(ready?.text).toContain("OpenClaw has no key for a model yet");
  expect(ready?.code).toContainEqual(setting);
  const answer = await asks("doctor");
  expect(answer.text).toContain("One check failed");
  expect(answer.text).toContain("✗ keys\nno model key: set ANTHROPIC_API_KEY or OPENAI_API_KEY");
  expect(answer.code).toContainEqual(setting);
  await world.setsSecret("openclaw-shared", { ANTHROPIC_API_KEY: "value-of-the-team" });
  expect((await asks("status")).text).not.toContain("has no key");
});

test("doctor tells every check, in the answer that only its owner sees, and leaves no run command behind", async () => {
  const direct = world.client.dms(mia()).length;
  const answer = await asks("doctor");
  expect(answer.text).toContain("All is well on your VM");
  expect(answer.text).toContain("✓ gateway answers");
  expect(answer.text).toContain("anthropic/claude-sonnet-5");
  expect(runCommands()).toEqual([]);
  expect(world.client.dms(mia())).toHaveLength(direct);
});

test("doctor tells what to do about what fails", async () => {
  world.azure.faults.set({ kind: "script", target: "doctor" });
  const answer = await asks("doctor");
  expect(answer.text).toContain("One check failed");
  expect(answer.text).toContain("✗ gateway answers");
  expect(answer.text).toContain("it needs up to a minute after a start");
  expect(answer.buttons).toEqual(["How to connect", "Restart", "Doctor", "Log"]);
});

test("logs shows the newest page, and its buttons lead to the older ones and back", async () => {
  const answer = await asks("logs");
  expect(answer.text).toContain("Gateway log");
  expect(answer.code.join()).toContain("gateway: ready, key ••••");
  expect(answer.text).toContain("Page 1 of 2, from the end");
  const older = await world.client.clicks(mia(), "Older", answer);
  await world.settle();
  expect(seen(older.id).code.join()).toContain("gateway: line 1 of page 2");
  expect(seen(older.id).buttons).toEqual(["Newer", "First-boot log", "Doctor"]);
  const first = await world.client.clicks(mia(), "First-boot log", seen(older.id));
  await world.settle();
  expect(seen(first.id).code.join()).toContain("first-boot: line 1 of page 1");
  expect(runCommands()).toEqual([]);
});

test("a log whose secrets can't be masked is not shown", async () => {
  world.azure.faults.set({ kind: "script", target: "logs" });
  expect((await asks("logs")).text).toContain("Sign in to the VM to read it there");
});

test("a page that is no number is refused", async () => {
  expect((await world.client.types(mia(), "openclaw logs", { page: "0" })).text).toContain(
    "page is a number",
  );
});

test("two at a time both get their answer", async () => {
  const first = await world.client.types(mia(), "openclaw logs");
  const second = await world.client.types(mia(), "openclaw logs", { page: "2" });
  await world.settle();
  expect(seen(first.id).code.join()).toContain("of page 1");
  expect(seen(second.id).code.join()).toContain("of page 2");
});

test("what the VM says is owed to its owner alone, never to the admins instead", async () => {
  const { everything } = await changesIn(world, () => asks("logs"));
  const ids = everything.flatMap((row) => /^state \S+ delivery:(\w+)$/.exec(row)?.[1] ?? []);
  expect(ids).toHaveLength(1);
  const row = await world.parts.store.get(key, "delivery", ids[0] ?? "");
  expect(row?.value.card.title).toBe("Gateway log");
  expect(row?.value.routes).toEqual(["answer", "dm"]);
});

test("where the VM is off, it says so and offers to start it", async () => {
  await world.client.types(mia(), "openclaw stop");
  await world.settle();
  const answer = await asks("doctor");
  expect(answer.text).toContain("Your VM isn't running");
  expect(answer.buttons).toEqual(["Start", "Status"]);
  await world.client.clicks(mia(), "Start", answer);
  await world.settle();
  expect((await asks("doctor")).text).toContain("All is well");
});

test("what Azure refuses is said, and tried again by a button", async () => {
  world.azure.faults.set({
    kind: "authorization",
    target: "Microsoft.Compute/virtualMachines/runCommands/write",
  });
  const answer = await asks("logs");
  expect(answer.text).toContain("I lack a right in Azure");
  world.azure.faults.clear();
  const again = await world.client.clicks(mia(), "Read the log again", answer);
  await world.settle();
  expect(seen(again.id).text).toContain("Gateway log");
  expect(world.errors).toEqual([]);
});
