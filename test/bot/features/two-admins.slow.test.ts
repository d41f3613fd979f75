import { afterAll, beforeAll, expect, test } from "vitest";
import { memberKey } from "../../../bot/core/names.ts";
import type { Seen } from "../../client.ts";
import { startWorld, type World } from "../../world.ts";

/** What one admin was shown, and another has changed since. In order: each test goes on where the one before it ended. */
let world: World;
const people = () => world.discord.people;
type Person = Parameters<World["client"]["types"]>[0];
const keyOf = (email: string): string =>
  memberKey(world.azure.people.list().find(({ userPrincipalName }) => userPrincipalName === email)?.id ?? "");
const member = async (email: string) => (await world.parts.store.person(keyOf(email))).member?.value;
const machine = (email: string) =>
  world.azure
    .resources()
    .find(({ type, name }) => type.endsWith("/virtualMachines") && name === `openclaw-${keyOf(email)}`);
const now = (who: Person, { id }: Seen): Seen =>
  world.client.sees(who).find((message) => message.id === id) ?? expect.fail("it is gone");
async function asks(who: Person, command: string, options: Record<string, string | boolean>, file?: string) {
  const how = file === undefined ? {} : { files: { file: { name: "team.json", text: file } } };
  const asked = await world.client.types(who, `openclaw-admin ${command}`, options, how);
  await world.settle();
  return now(who, asked);
}
const push = (who: Person, patch: string) => asks(who, "config push", { all: true, patch });

beforeAll(async () => {
  world = await startWorld();
  const { ada, mia, max, sam } = people();
  await world.enroll(ada, { role: "admin" });
  await world.enroll(sam, { role: "admin" });
  for (const person of [mia, max]) {
    await world.enroll(person);
    await world.client.types(person, "openclaw request");
  }
  await world.settle();
  world.pass(900);
}, 60_000);
afterAll(() => world.close());

test("a change of the configuration that another one overtook is not pushed, and nothing is", async () => {
  const { ada, sam } = people();
  const first = await push(ada, '{"agents":{"defaults":{"heartbeat":{"every":"1h"}}}}');
  const second = await push(sam, '{"messages":{"x":"b"}}');
  await world.client.clicks(sam, "Yes, push", second);
  await world.settle();
  const theirs = machine("mia@contoso.com")?.hidden["patch"];
  const late = await world.client.clicks(ada, "Yes, push", first);
  expect(late.text).toContain("Someone else has changed the team configuration");
  await world.settle();
  expect(machine("mia@contoso.com")?.hidden["patch"]).toEqual(theirs);
});

test("of two that start at once one becomes the team's, and the other one stops", async () => {
  const { ada, sam } = people();
  const first = await push(ada, '{"agents":{"defaults":{"heartbeat":{"every":"2h"}}}}');
  const second = await push(sam, '{"messages":{"x":"c"}}');
  await world.client.clicks(ada, "Yes, push", first);
  await world.client.clicks(sam, "Yes, push", second);
  await world.settle();
  const ends = [ada, sam].map((person) => world.client.dms(person).at(-1)?.text ?? "");
  expect(ends.filter((text) => text.includes("2 of 2 done"))).toHaveLength(1);
  expect(ends.filter((text) => text.includes("1 failed") || text.includes("0 of 2 done"))).toHaveLength(1);
});

test("a question about a change that has become too old does not ask again without the change", async () => {
  const { ada } = people();
  const question = await push(ada, '{"agents":{"defaults":{"heartbeat":{"every":"3h"}}}}');
  world.pass(11 * 60);
  const late = await world.client.clicks(ada, "Yes, push", question);
  expect(late.text).toContain("older than ten minutes");
  expect(late.buttons).not.toContain("Ask again");
});

test("who was removed since the differences were shown stays removed", async () => {
  const { ada } = people();
  const file = JSON.stringify({ members: [{ email: "max@contoso.com", loginRole: "administrator" }] });
  const question = await asks(ada, "roster import", {}, file);
  await world.client.removes(ada, { entra: "max@contoso.com" });
  await world.settle();
  const applied = await world.client.clicks(ada, "Apply", question);
  await world.settle();
  expect(now(ada, applied).text).toContain("has left the roster in the meantime");
  expect(await member("max@contoso.com")).toMatchObject({ status: "left" });
});

test("nor is somebody added who was added and removed since", async () => {
  const { ada } = people();
  const file = JSON.stringify({ members: [{ email: "nia@contoso.com", role: "admin" }] });
  const question = await asks(ada, "roster import", {}, file);
  world.pass(1);
  await asks(ada, "roster add", { person: people().max.id, entra: "nia@contoso.com" });
  await world.client.removes(ada, { entra: "nia@contoso.com" });
  await world.settle();
  const applied = await world.client.clicks(ada, "Apply", question);
  await world.settle();
  expect(now(ada, applied).text).toContain("has left the roster in the meantime");
  expect(await member("nia@contoso.com")).toMatchObject({ status: "left" });
});

test("what an admin has started for many goes no further once they are removed", async () => {
  const { ada, sam } = people();
  const question = await asks(sam, "teardown-all", {});
  await world.client.clicks(sam, "Go on", question);
  await world.client.fills(sam, { phrase: "tear down 2 instances" });
  await world.client.removes(ada, { entra: "sam@contoso.com" });
  await world.settle();
  expect(machine("mia@contoso.com")).toBeDefined();
});

test("nor does an import", async () => {
  const { ada, sam } = people();
  await world.enroll(sam, { role: "admin" });
  const file = JSON.stringify({ members: [{ email: "nia@contoso.com", role: "admin" }] });
  const question = await asks(sam, "roster import", {}, file);
  await world.client.clicks(sam, "Apply", question);
  await world.client.removes(ada, { entra: "sam@contoso.com" });
  await world.settle();
  expect((await member("nia@contoso.com"))?.role).not.toBe("admin");
});

test("a team that was open is closed where the policy is taken back, and where the environment says otherwise now", async () => {
  const { ada, mia } = people();
  await asks(ada, "policy set", { network: "open" });
  const question = await world.client.types(mia, "openclaw rebuild");
  await world.client.clicks(mia, "Yes, rebuild it", question);
  await world.settle();
  const open = async () =>
    (
      await world.parts.cloud.look(keyOf("mia@contoso.com"), world.parts.settings.place, {
        parts: ["vm", "nic", "publicIp", "networkSecurityGroup"],
      })
    ).networkSecurityGroup?.sshFrom;
  expect(await open()).toEqual(["*"]);
  // What stops the VM meanwhile leaves that as it is.
  await asks(ada, "policy set", { sizes: "Standard_B2als_v2,Standard_B2as_v2" });
  const resizing = await world.client.types(mia, "openclaw resize", { size: "Standard_B2as_v2" });
  await world.client.clicks(mia, "Yes, change it", resizing);
  await world.settle();
  expect(await open()).toEqual(["*"]);
  await asks(ada, "policy set", { network: "default" });
  world.pass(600);
  await world.app.sweep();
  await world.settle();
  expect(await open()).toEqual([]);
});
