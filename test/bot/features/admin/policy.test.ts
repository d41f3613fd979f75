import { afterAll, beforeAll, expect, test } from "vitest";
import { memberKey } from "../../../../bot/core/names.ts";
import { policySettings } from "../../../../bot/core/policySettings.ts";
import type { Setting } from "../../../../bot/core/setting.ts";
import { withPolicy } from "../../../../bot/engine/now.ts";
import { startWorld, type World } from "../../../world.ts";

/** What admins set in chat counts over the bot's environment, from the next call and step on. */
let world: World;
let key: string;
beforeAll(async () => {
  world = await startWorld({ NETWORK_POLICY: "open" });
  key = memberKey(
    world.azure.people.list().find(({ displayName }) => displayName === "Mia Member")?.id ?? "",
  );
  await world.enroll(people().mia);
});
afterAll(() => world.close());

const people = () => world.discord.people;
/** Says yes with `yes`, if something is asked. */
const set = async (options: Readonly<Record<string, string>>, yes?: string) => {
  await world.client.types(people().ada, "openclaw-admin policy set", options);
  await world.settle();
  const asked = world.client.latest(people().ada);
  if (yes !== undefined && asked.buttons.includes(yes)) {
    await world.client.clicks(people().ada, yes, asked);
    await world.settle();
  }
  return world.client.latest(people().ada).text;
};
const shown = async () => (await world.client.types(people().ada, "openclaw-admin policy show")).text;
const vm = () =>
  world.azure.resources().find(({ name, type }) => name === `openclaw-${key}` && /Machines$/.test(type));

test("at first it is as the environment says, with the price of each size", async () => {
  const text = await shown();
  expect(text).toContain("Standard_B2als_v2, for a request without a size");
  expect(text).toMatch(/about \$\d+\.\d\d a month/);
  expect(text).toMatch(/network\nopen\n/);
  expect(text).not.toContain("(set here)");
});

test.for([
  [{}, "Name what to change"],
  [{ sizes: "big" }, "isn't an Azure VM size"],
  [{ sizes: " , " }, "Name from 1 to"],
  [{ sizes: "Standard_B2als_v2,Standard_Nonsense" }, "Standard_Nonsense isn't offered"],
  [{ sizes: "Standard_B2s" }, "has a temporary disk"],
  [{ "access-hours": "0" }, "from 1 to 168"],
  [{ "keep-days": "1.5" }, "from 1 to 365"],
  [{ "nightly-keep": "31" }, "from 0 to 30"],
  [{ "most-addresses": "0" }, "from 1 to 20"],
  [{ "most-backups": "51" }, "from 0 to 50"],
] as const)("%j is refused: %s", async ([options, sentence]) => {
  expect(await set(options)).toContain(sentence);
  expect(await shown()).not.toContain("(set here)");
});

test.for(Object.entries<Setting>(policySettings))(
  "%s is set by chat, shown, kept, and taken back",
  async ([name, setting]) => {
    const { option, unit = "" } = setting;
    const value = "choices" in setting ? setting.choices[0] : setting.range[0];
    const keeps = async () => (await world.parts.store.get("bot", "policy", ""))?.value;
    const holds = async (): Promise<object> => (await withPolicy(world.parts)).settings;
    const before = await holds();
    expect(await set({ [option]: `${value}` }, "Yes, change it")).toContain(`default → ${value}`);
    expect(await shown()).toContain(`${option}\n${value}${unit} (set here)`);
    expect(await keeps()).toEqual({ [name]: value });
    expect(await holds()).toEqual({ ...before, [name]: value });
    expect(await set({ [option]: "default" })).toContain(`${value} → default`);
    expect(await shown()).not.toContain("(set here)");
    expect(await holds()).toEqual(before);
  },
);

test("the audit is made shorter only once an admin has said yes to what that deletes", async () => {
  const kept = async () => (await world.parts.store.get("bot", "policy", ""))?.value.auditDays;
  const asked = await set({ "audit-days": "100" });
  expect(asked).toContain("The audit would go back only 100 days");
  expect(asked).toContain("It now goes back 365 days.");
  const oldest = Math.floor(world.now().getTime() / 1000) - 100 * 24 * 3600;
  const [, shown] = /older than <t:(\d+):f>/.exec(asked) ?? [];
  expect(Math.abs(Number(shown) - oldest)).toBeLessThan(60);
  expect(await kept()).toBeUndefined();
  expect(await set({ "audit-days": "100", "keep-days": "20" })).toContain("audit-days would delete part");
  expect(await set({ "audit-days": "default" })).toContain("default → default");
  expect(await set({ "audit-days": "500", "keep-days": "default" })).toContain("default → 500");
  // It may be less than it is now: the environment says so, and nobody knows here what.
  expect(await set({ "audit-days": "default" })).toContain("The audit may go back only 90 days");
  expect(await kept()).toBe(500);
  expect(await set({ "audit-days": "default" }, "Yes, change it")).toContain("500 → default");
  expect(await set({ "audit-days": "90" }, "Yes, change it")).toContain("default → 90");
  expect(await set({ "audit-days": "90" })).toContain("90 → 90");
  expect(await set({ "audit-days": "default" })).toContain("90 → default");
});

test("a request takes one of the sizes on offer; without one it gets the first", async () => {
  expect(await set({ sizes: "Standard_B2as_v2, Standard_B2als_v2" })).toContain(
    "default → Standard_B2as_v2 Standard_B2als_v2",
  );
  expect(
    (await world.client.types(people().mia, "openclaw request", { size: "Standard_D64s_v5" })).text,
  ).toContain("size must be Standard_B2as_v2 or Standard_B2als_v2");
  expect(world.queue.waiting()).toEqual([]);
  await world.client.types(people().mia, "openclaw request");
  await world.settle();
  expect(vm()?.properties).toMatchObject({ hardwareProfile: { vmSize: "Standard_B2as_v2" } });
});

test("an instance that was built open says so, and is closed when the policy closes it", async () => {
  const gets = () => world.azure.canLogin("mia@contoso.com", "198.51.100.1", `openclaw-${key}`).allowed;
  world.azure.advance(900);
  expect(gets()).toBe(true);
  expect((await world.client.types(people().mia, "openclaw open-access")).text).toContain(
    "open for any address",
  );
  expect(await set({ network: "locked" })).toContain("closed within minutes");
  await world.app.sweep();
  await world.settle();
  world.azure.advance(60);
  expect(gets()).toBe(false);
  const { instance } = await world.parts.store.person(key);
  expect(instance?.value.networkPolicy).toBe("locked");
});

test("opened again by policy, what was closed stays closed, and can be opened for one address", async () => {
  expect(await set({ network: "open" })).toContain("stay closed until they are rebuilt");
  expect((await world.client.types(people().mia, "openclaw open-access")).link).toContain("/api/access/");
});

test("hours of access are as the policy says at the moment of the call", async () => {
  await set({ "access-hours": "2" });
  await world.client.types(people().mia, "openclaw open-access", { address: "203.0.113.7" });
  await world.settle();
  const [access] = (await world.parts.store.person(key)).instance?.value.access ?? [];
  const hours = (Date.parse(access?.until ?? "") - world.now().getTime()) / 3600_000;
  expect(hours).toBeGreaterThan(1.9);
  expect(hours).toBeLessThanOrEqual(2);
});

test("a member opens SSH from as many addresses as the policy allows, and keeps as many backups", async () => {
  const says = async (command: string, options = {}) => {
    const { id } = await world.client.types(people().mia, `openclaw ${command}`, options);
    await world.settle();
    return world.client.sees(people().mia).find((message) => message.id === id)?.text;
  };
  await set({ "most-addresses": "1", "most-backups": "1" });
  expect(await says("open-access", { address: "203.0.113.7" })).toContain("SSH is open");
  expect(await says("open-access", { address: "203.0.113.8" })).toContain("Another address is already open");
  // Asked for twice at once, one is made: it is counted once it is there.
  const twice = [1, 2].map(() => world.client.types(people().mia, "openclaw backup now"));
  const asked = await Promise.all(twice);
  await world.settle();
  const seen = world.client.sees(people().mia).filter(({ id }) => asked.some((one) => one.id === id));
  expect(seen.map(({ text }) => text)).toEqual(
    expect.arrayContaining([
      expect.stringContaining("is backed up"),
      expect.stringContaining("A backup is already in progress"),
    ]),
  );
  expect(await says("backup now")).toMatch(
    /one backup on request, and the limit is 1\. The next one expires <t:\d+:f>/,
  );
  await set({ "most-backups": "0" });
  expect(await says("backup now")).toContain("don't allow backups on request");
  await set({ "most-addresses": "default", "most-backups": "default" });
  expect(await says("open-access", { address: "203.0.113.8" })).toContain("SSH is open");
  expect(await shown()).toContain("most-backups\n10 per member\n");
});

test("“default” takes a rule back, and nobody but an admin sets any", async () => {
  expect(await set({ "access-hours": "default", sizes: "default" })).toContain("2 → default");
  expect(await shown()).toContain("access-hours\n12\n");
  expect(
    (await world.client.types(people().mia, "openclaw-admin policy set", { network: "open" })).text,
  ).toContain("Only admins");
});
