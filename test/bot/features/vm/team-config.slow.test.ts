import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { memberKey } from "../../../../bot/core/names.ts";
import { startWorld, type World } from "../../../world.ts";

/** The team's configuration and everybody's keys, as an admin sees and moves them. The tests build on each other. */
let world: World;
let key: string;
const people = () => world.discord.people;
beforeAll(async () => {
  world = await startWorld();
  const person = world.azure.people.list().find(({ displayName }) => displayName === "Mia Member");
  key = memberKey(person?.id ?? "");
  await world.enroll(people().mia);
  await world.client.types(people().mia, "openclaw request");
  await world.settle();
}, 60_000);
afterEach(() => world.azure.faults.clear());
afterAll(() => world.close());

/** Ada asks, and waits; answers with what has become of the answer. */
async function asks(command: string, options: Readonly<Record<string, string>> = {}) {
  const first = await world.client.types(people().ada, `openclaw-admin ${command}`, options);
  expect(first.private).toBe(true);
  await world.settle();
  const last = world.client.sees(people().ada).find(({ id }) => id === first.id) ?? first;
  // As Discord shows it: an underscore is escaped.
  return { ...last, text: last.text.replaceAll("\\", "") };
}
const mia = () => ({ person: people().mia.id });
const hourly = '{"agents":{"defaults":{"heartbeat":{"every":"1h"}}}}';
/** What was applied on Mia's VM last. */
const onVm = () =>
  world.azure
    .resources()
    .find(({ type, name }) => type.endsWith("/virtualMachines") && name === `openclaw-${key}`)?.hidden[
    "patch"
  ];
const instance = async () => (await world.parts.store.person(key)).instance?.value;

test("at first there is what every OpenClaw starts with", async () => {
  const answer = await asks("config show");
  expect(answer.text).toContain("Your team has changed nothing");
  expect(JSON.parse(answer.code.join("\n"))).toMatchObject({
    agents: { defaults: { model: { primary: "anthropic/claude-sonnet-5" } } },
  });
  expect((await asks("config push", mia())).text).toContain("nothing to push");
});

test("a change is tried on a running OpenClaw, and nothing is changed by that", async () => {
  expect((await asks("config check", { ...mia(), patch: hourly })).text).toContain("would accept it");
  expect(onVm()).toBeUndefined();
  expect((await asks("config show")).text).toContain("Your team has changed nothing");
  world.azure.faults.set({ kind: "script", target: "apply-config" });
  const refused = await asks("config check", { ...mia(), patch: hourly });
  expect(refused.text).toContain("would refuse it");
  expect(refused.text).toContain("agents: Unrecognized key");
});

test("what is no JSON is refused with its place; so is a secret", async () => {
  expect((await asks("config push", { ...mia(), patch: '{"agents":}' })).text).toContain("line 1, column 11");
  const secret = '{"channels":{"discord":{"token":"abcdefghijkl"}}}';
  expect((await asks("config push", { ...mia(), patch: secret })).text).toContain("looks like a secret");
  expect(await world.parts.store.get("bot", "config", "")).toBeUndefined();
});

/** Pushes to all, and says yes. */
async function pushesToAll(patch: string) {
  const question = await asks("config push", { all: "true", patch });
  await world.client.clicks(people().ada, "Yes, push", question);
  await world.settle();
  return world.client.dms(people().ada).at(-1)?.text;
}

test("the first change of all can go to all at once", async () => {
  expect(await pushesToAll('{"agents":{"defaults":{"heartbeat":{"every":"30m"}}}}')).toContain("1 of 1");
  expect(onVm()).toContain("30m");
});

test("a push changes the team's configuration and brings it to one", async () => {
  const answer = await asks("config push", { ...mia(), patch: hourly });
  expect(answer.text).toContain("Mia Member’s OpenClaw has the team configuration");
  expect(onVm()).toBe(hourly);
  const shown = await asks("config show");
  expect(JSON.parse(shown.code.join("\n"))).toMatchObject({
    agents: { defaults: { heartbeat: { every: "1h" }, model: { primary: "anthropic/claude-sonnet-5" } } },
  });
  expect((await instance())?.configured).toMatch(/^[0-9a-f]{16}$/);
});

test("where OpenClaw refuses, the admins hear its words, and it keeps what it had", async () => {
  world.azure.faults.set({ kind: "script", target: "apply-config", times: 1 });
  const before = await instance();
  const answer = await asks("config push", { ...mia(), patch: '{"agents":{"nonsense":true}}' });
  expect(answer.text).toContain("did not accept the configuration");
  expect(answer.text).toContain("agents: Unrecognized key");
  expect((await instance())?.configured).toBe(before?.configured);
  expect(world.client.adminChannel(people().ada).at(-1)?.text).toContain("configure failed for Mia Member");
  expect((await asks("config show")).code.join("\n")).not.toContain("nonsense");
});

test("a push to all changes the team's configuration once the first has taken it, and not before", async () => {
  world.azure.faults.set({ kind: "script", target: "apply-config", times: 1 });
  expect(await pushesToAll('{"agents":{"defaults":{"heartbeat":{"every":"3h"}}}}')).toContain("0 of 1");
  expect((await asks("config show")).code.join("\n")).toContain('"1h"');
  expect(await pushesToAll('{"agents":{"defaults":{"heartbeat":{"every":"3h"}}}}')).toContain("1 of 1");
  expect(onVm()).toContain("3h");
  expect((await asks("config show")).code.join("\n")).toContain('"3h"');
});

test("the question shows the change; where nothing runs any more, that the team's was not changed is said", async () => {
  const patch = '{"agents":{"defaults":{"heartbeat":{"every":"7h"}}}}';
  const asked = await asks("config push", { all: "true", patch });
  expect(JSON.parse(asked.code.join("\n"))).toEqual(JSON.parse(patch));
  await world.client.types(people().mia, "openclaw stop");
  await world.settle();
  await world.client.clicks(people().ada, "Yes, push", asked);
  await world.settle();
  expect(world.client.dms(people().ada).at(-1)?.text).toContain("The team configuration was not changed");
  await world.client.types(people().mia, "openclaw start");
  await world.settle();
});

test("of two changes at once the first that was taken stays, and the admins hear of the other", async () => {
  const push = (patch: string) =>
    world.client.types(people().ada, "openclaw-admin config push", { ...mia(), patch });
  await push('{"agents":{"defaults":{"heartbeat":{"every":"4h"}}}}');
  await push('{"agents":{"defaults":{"heartbeat":{"every":"5h"}}}}');
  await world.settle();
  expect((await asks("config show")).code.join("\n")).toContain('"4h"');
  // Before it is tried on a VM, or after it.
  expect(world.client.adminChannel(people().ada).at(-1)?.text).toMatch(
    /Someone else (has )?changed the team configuration/,
  );
});

test("a new instance has it from the start", async () => {
  await world.enroll(people().max);
  await world.client.types(people().max, "openclaw request");
  await world.settle();
  expect(world.client.dms(people().max).at(-1)?.text).toContain("Your OpenClaw is ready");
  const max = world.azure.people.list().find(({ displayName }) => displayName === "Max Member");
  const row = await world.parts.store.person(memberKey(max?.id ?? ""));
  expect((await asks("config show")).text).toContain(`Version\n${row.instance?.value.configured}`);
});

test("a change is not the team's while no OpenClaw has said that it is right", async () => {
  await world.client.types(people().mia, "openclaw stop");
  await world.settle();
  const patch = '{"agents":{"defaults":{"heartbeat":{"every":"2h"}}}}';
  const answer = await asks("config push", { ...mia(), patch });
  expect(answer.text).toContain("isn't running");
  expect(answer.text).toContain("Nothing was changed");
  expect((await asks("config show")).code.join("\n")).not.toContain('"2h"');
  expect((await asks("config push", mia())).text).toContain("at its next start");
});

test("one that does not run takes the team's at its next start, once", async () => {
  const patch = '{"agents":{"defaults":{"heartbeat":{"every":"2h"}}}}';
  await asks("config push", { person: people().max.id, patch });
  expect(onVm()).not.toContain("2h");
  await world.client.types(people().mia, "openclaw connect");
  await world.settle();
  expect(onVm()).toContain("2h");
  const { configured } = (await instance()) ?? {};
  await world.client.types(people().mia, "openclaw restart");
  await world.settle();
  expect(await instance()).toMatchObject({ state: "ready", configured });
});

test("a long text is shown in pages", async () => {
  const note = Array.from({ length: 400 }, (_, i) => `word${i}`).join(" ");
  await asks("config push", { ...mia(), patch: JSON.stringify({ messages: { note } }) });
  let page = await asks("config show");
  const shown = [...page.code];
  while (page.buttons.includes("Next page")) {
    page = await world.client.clicks(people().ada, "Next page", page);
    shown.push(...page.code);
  }
  expect(shown.length).toBeGreaterThan(1);
  expect(shown.join("\n").replaceAll("\n", "")).toContain(note);
});

test("keys: who has which, never a value, and the exact command to set one", async () => {
  await world.setsSecret("openclaw-shared", { ANTHROPIC_API_KEY: "value-of-the-team" });
  await world.setsSecret(`openclaw-${key}`, { OWN_KEY: "value-of-mia" });
  expect((await asks("secrets status")).text).toContain("no keys");
  const pushed = await asks("secrets push", mia());
  expect(pushed.text).toContain("ANTHROPIC_API_KEY, OWN_KEY");
  const answer = await asks("secrets status");
  expect(answer.text).toMatch(/OWN_KEY since <t:\d+:f>/);
  expect(answer.text).toMatch(/Everyone\nopenclaw-shared changed <t:\d+:f>/);
  expect(answer.text).not.toMatch(/value-of/);
  expect(answer.code).toContain(
    `az keyvault secret set --vault-name ${world.parts.settings.vault} --name openclaw-shared --content-type application/json --file keys.json`,
  );
});

test("the exact command to set the keys of one", async () => {
  const answer = await asks("secrets status", mia());
  expect(answer.text).toContain(`openclaw-${key} changed`);
  expect(answer.text).not.toContain("Max Member");
  expect(answer.code).toContain(
    `az keyvault secret set --vault-name ${world.parts.settings.vault} --name openclaw-${key} --content-type application/json --file keys.json`,
  );
});

test("where the vault can't be asked or read, that is said", async () => {
  world.azure.faults.set({ kind: "vault" });
  expect((await asks("secrets status")).text).toContain("couldn't read the key vault just now");
  world.azure.faults.clear();
  world.azure.faults.set({ kind: "script", target: "refresh-secrets" });
  expect((await asks("secrets push", mia())).text).toContain("could not reload its keys");
  expect(world.errors).toEqual([]);
});

test("a member may do none of this", async () => {
  for (const [command, options] of [
    ["config show", {}],
    ["config check", mia()],
    ["config push", { ...mia(), patch: hourly }],
    ["secrets status", {}],
    ["secrets push", mia()],
  ] as const)
    expect((await world.client.types(people().mia, `openclaw-admin ${command}`, options)).text).toContain(
      "Only admins",
    );
});
