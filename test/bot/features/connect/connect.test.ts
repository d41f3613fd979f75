import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { memberKey } from "../../../../bot/core/names.ts";
import { endless } from "../../../endless.ts";
import { startWorld, type World } from "../../../world.ts";

/** One tap from whatever state to a command that works. The tests build on each other. */
let world: World;
let vm: string;
const mia = () => world.discord.people.mia;
beforeAll(async () => {
  world = await startWorld({ BREAK_GLASS_PUBLIC_KEY: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExample" });
  const person = world.azure.people.list().find(({ displayName }) => displayName === "Mia Member");
  vm = `openclaw-${memberKey(person?.id ?? "")}`;
  await world.enroll(mia());
  await world.client.types(mia(), "openclaw request");
  await world.settle();
}, 60_000);
afterEach(() => world.azure.faults.clear());
afterAll(() => world.close());

/** Asks for the way in; answers with the first answer and with what has become of it. */
async function connects(options: Readonly<Record<string, string>> = {}) {
  const first = await world.client.types(mia(), "openclaw connect", options);
  await world.settle();
  const last = world.client.sees(mia()).find(({ id }) => id === first.id);
  if (!last) throw new Error("the answer is gone");
  return { first, last };
}
const target = () => {
  const { subscription, resourceGroup } = world.parts.settings.place;
  return `--subscription ${subscription} --resource-group ${resourceGroup} --name ${vm}`;
};

test("right after the build it says that SSH is closed, and until when the right may not work", async () => {
  const { last } = await connects();
  expect(last.text).toContain("SSH is still closed");
  expect(last.text).toContain("Your right to sign in is new");
  expect(last.code).toContain(`az ssh vm ${target()}`);
  expect(last.buttons[0]).toBe("Open access");
  expect(last.buttons).not.toContain("Close access");
});

test("a stopped instance is started, its price said first; the same message ends with the command", async () => {
  world.azure.advance(900);
  world.pass(900);
  await world.client.types(mia(), "openclaw stop");
  await world.settle();
  const before = world.client.dms(mia()).length;
  const { first, last } = await connects();
  expect(first.private).toBe(true);
  expect(first.text).toMatch(/about \$\d+\.\d\d a month while it runs/);
  expect(first.text).toContain("Press Open access in the meantime");
  expect(first.buttons).toEqual(["Open access", "Status"]);
  expect(last.text).not.toContain("Your right to sign in is new");
  expect(last.code).toContain(`az ssh vm ${target()}`);
  expect(world.client.dms(mia())).toHaveLength(before);
});

test("SSH can be opened while the VM is starting; then the command works", async () => {
  await world.client.types(mia(), "openclaw stop");
  await world.settle();
  const first = await world.client.types(mia(), "openclaw connect");
  await world.work(3);
  await world.client.types(mia(), "openclaw open-access", { address: "203.0.113.7" });
  await world.settle();
  const last = world.client.sees(mia()).find(({ id }) => id === first.id);
  expect(last?.text).toContain("How to connect");
  expect(last?.text).toContain("SSH is open for 203.0.113.7");
  expect(world.azure.canLogin("mia@contoso.com", "203.0.113.7", vm).allowed).toBe(true);
});

test.for<readonly [how: string, command: () => unknown]>([
  ["tui", () => `az ssh vm ${target()} -- -t openclaw tui`],
  ["web", () => `az ssh vm ${target()} -- -N -L 18789:127.0.0.1:18789`],
  ["web", () => `az ssh vm ${target()} -- openclaw dashboard`],
  ["vscode", () => `echo y | az ssh config ${target()} --overwrite --file ~/.azure/openclaw-ssh`],
  [
    "vscode",
    () =>
      `cmd /c "cd /d %USERPROFILE% && echo y | az ssh config ${target()} --overwrite --file .azure/openclaw-ssh"`,
  ],
  ["vscode", () => "Include ~/.azure/openclaw-ssh"],
  ["break-glass", () => expect.stringMatching(/^ssh -i KEY-FILE azureuser@\d+\.\d+\.\d+\.\d+$/)],
])("the way in by %s has its command", async ([how, command]) => {
  expect((await connects({ how })).last.code).toContainEqual(command());
});

test("each card has a button to each of the other ways", async () => {
  const { last } = await connects();
  expect(last.buttons).toEqual(
    expect.arrayContaining(["In the terminal", "Web page", "VS Code", "Break glass"]),
  );
  expect(last.buttons).not.toContain("Shell");
  const clicked = await world.client.clicks(mia(), "In the terminal", last);
  await world.settle();
  const seen = world.client.sees(mia()).find(({ id }) => id === clicked.id);
  expect(seen?.code.some((code) => code.endsWith("openclaw tui"))).toBe(true);
});

test("a login role that is gone is granted again", async () => {
  const { store, cloud, settings } = world.parts;
  const key = vm.replace("openclaw-", "");
  expect((await store.person(key)).instance?.value.state).toBe("ready");
  const { logins = [] } = await cloud.look(key, settings.place, { parts: ["logins"] });
  await cloud.act(key, settings.place, { do: "revoke", roles: logins.map(({ id }) => id) }, endless);
  expect(world.azure.canLogin("mia@contoso.com", "203.0.113.7", vm).allowed).toBe(false);
  const { last } = await connects();
  expect(last.text).toContain("Your right to sign in is new");
  world.azure.advance(900);
  expect(world.azure.canLogin("mia@contoso.com", "203.0.113.7", vm).allowed).toBe(true);
});

/** Sets the extension up anew, which goes wrong. */
async function breakSignIn() {
  world.azure.faults.set({ kind: "extension", exitCode: 100, times: 1 });
  const { cloud, settings } = world.parts;
  const key = vm.replace("openclaw-", "");
  await cloud.act(
    key,
    settings.place,
    { do: "repairSignIn", tag: `broken-${world.now().getTime()}` },
    endless,
  );
  world.azure.advance(60);
  expect((await cloud.look(key, settings.place, { parts: ["vm"] })).vm?.signIn).toBe("failed");
}

test("a sign-in that was not set up is set up again", async () => {
  await breakSignIn();
  expect(world.azure.canLogin("mia@contoso.com", "203.0.113.7", vm).allowed).toBe(false);
  expect((await connects()).last.text).toContain("How to connect");
  expect(world.azure.canLogin("mia@contoso.com", "203.0.113.7", vm).allowed).toBe(true);
});

test("where that fails once more, it says so, and another try mends it", async () => {
  await breakSignIn();
  world.azure.faults.set({ kind: "extension", exitCode: 100, times: 1 });
  const { last } = await connects();
  expect(last.text).toContain("You can't sign in yet");
  expect(last.text).toContain("setting up its sign-in with Entra failed");
  await world.client.clicks(mia(), "Try to connect again", last);
  await world.settle();
  expect(world.client.dms(mia()).at(-1)?.text).toContain("How to connect");
});

test("an old button of another instance starts nothing", async () => {
  const { last } = await connects();
  const question = await world.client.types(mia(), "openclaw teardown");
  await world.client.clicks(mia(), "Yes, tear it down", question);
  await world.settle();
  expect((await world.client.clicks(mia(), "Web page", last)).text).toContain(
    "instance that no longer exists",
  );
  expect((await connects()).first.text).toContain("You have no instance");
  expect(world.errors).toEqual([]);
});
