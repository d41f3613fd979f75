import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Action } from "../../../bot/core/cloud.ts";
import { memberKey } from "../../../bot/core/names.ts";
import type { Seen } from "../../client.ts";
import { endless } from "../../endless.ts";
import { startWorld, type World } from "../../world.ts";

/* What is said, what is on record and what Azure has are the same, whichever way an operation ends. */
let world: World;
let key: string;
const mia = () => world.discord.people.mia;
const seen = ({ id }: Seen) => world.client.sees(mia()).find((message) => message.id === id);
const told = () => world.client.dms(mia()).at(-1);
const record = async () => (await world.parts.store.person(key)).instance?.value;
const azure = () =>
  world.parts.cloud.look(key, world.parts.settings.place, {
    parts: ["vm", "nic", "publicIp", "networkSecurityGroup"],
  });
const act = (action: Action) => world.parts.cloud.act(key, world.parts.settings.place, action, endless);
/** Both must say the same of who reaches SSH. */
async function open(): Promise<{ onRecord: readonly string[]; inAzure: readonly string[] }> {
  return {
    onRecord: (await record())?.access.map(({ address }) => address) ?? [],
    inAzure: (await azure()).networkSecurityGroup?.sshFrom ?? [],
  };
}

async function types(command: string, options: Record<string, string> = {}): Promise<Seen | undefined> {
  const first = await world.client.types(mia(), `openclaw ${command}`, options);
  await world.settle();
  return seen(first);
}

async function confirms(command: string, button: string, options: Record<string, string> = {}) {
  const question = await types(command, options);
  if (!question) throw new Error(`${command} asks nothing`);
  await world.client.clicks(mia(), button, question);
  await world.settle();
}

beforeAll(async () => {
  world = await startWorld();
  key = memberKey(
    world.azure.people.list().find(({ displayName }) => displayName === "Mia Member")?.id ?? "",
  );
  await world.enroll(mia());
  await world.client.types(world.discord.people.ada, "openclaw-admin policy set", {
    sizes: "Standard_B2als_v2,Standard_B2as_v2,Standard_B4as_v2",
  });
  await world.settle();
  await types("request");
  world.pass(900);
}, 60_000);
afterAll(() => world.close());
beforeEach(() => world.azure.faults.clear());

describe("SSH that was opened", () => {
  test("is closed by a resize, in Azure as on the card", async () => {
    await types("open-access", { address: "203.0.113.7" });
    expect(await open()).toEqual({ onRecord: ["203.0.113.7"], inAzure: ["203.0.113.7"] });
    await confirms("resize", "Yes, change it", { size: "Standard_B2as_v2" });
    expect(told()?.text).toContain("ready");
    expect(await open()).toEqual({ onRecord: [], inAzure: [] });
  });

  test("closes when its time is over, after a teardown that ended with the VM off", async () => {
    await types("open-access", { address: "203.0.113.7" });
    world.azure.faults.set({ kind: "snapshot", times: 1 });
    await confirms("teardown", "Yes, tear it down");
    expect(told()?.text).toContain("snapshot");
    await types("start");
    const { onRecord, inAzure } = await open();
    expect(inAzure).toEqual(onRecord);
    world.pass(13 * 3600);
    await world.app.sweep();
    await world.settle();
    expect(await open()).toEqual({ onRecord: [], inAzure: [] });
  });

  test("while the VM was off is closed by a rebuild, which says so", async () => {
    await types("stop");
    await types("open-access", { address: "203.0.113.9" });
    await confirms("rebuild", "Yes, rebuild it");
    expect(await open()).toEqual({ onRecord: [], inAzure: [] });
    expect((await types("connect"))?.text).toContain("SSH is still closed");
  });

  test("is opened again by connect where somebody has closed it in Azure, and the other way round", async () => {
    await types("open-access", { address: "203.0.113.7" });
    world.pass(60);
    await act({ do: "allowSsh", from: [], found: [] });
    world.pass(60);
    await types("connect");
    expect((await open()).inAzure).toEqual(["203.0.113.7"]);
    await types("close-access");
    world.pass(60);
    await act({ do: "allowSsh", from: ["198.51.100.5"], found: [] });
    world.pass(60);
    await types("connect");
    expect((await open()).inAzure).toEqual([]);
  });

  test("can be opened by the card's button, and closed, while connect starts the VM", async () => {
    await types("stop");
    const card = await world.client.types(mia(), "openclaw connect");
    await world.work(3);
    const link = await world.client.clicks(mia(), "Open access", seen(card) ?? card);
    expect(link.text).not.toContain("under way");
    expect(link.link).toContain("/api/access/");
    await world.client.types(mia(), "openclaw open-access", { address: "203.0.113.7" });
    const closing = await world.client.types(mia(), "openclaw close-access");
    expect(closing.text).toContain("Closing SSH");
    await world.settle();
    expect(await open()).toEqual({ onRecord: [], inAzure: [] });
  });
});

describe("a retry", () => {
  test("on the card of an earlier failure does nothing of a later one", async () => {
    await types("stop");
    world.azure.faults.set({ kind: "allocation", times: 1 });
    await types("start");
    const card = told();
    expect(card?.buttons).toContain("Try the start again");
    world.azure.faults.clear();
    world.azure.faults.set({ kind: "snapshot", times: 1 });
    await confirms("teardown", "Yes, tear it down");
    const pressed = await world.client.clicks(mia(), "Try the start again", card as Seen);
    await world.settle();
    expect(pressed.text).toContain("an earlier start");
    expect((await azure()).vm).toBeDefined();
  });

  test("of a teardown asks first, as the teardown did", async () => {
    const question = await world.client.clicks(mia(), "Try the teardown again", told() as Seen);
    expect(question.text).toContain("Tear down openclaw-");
    expect(question.buttons).toContain("Yes, tear it down");
    await world.settle();
    expect((await azure()).vm).toBeDefined();
  });
});

describe("a resize", () => {
  test.each([
    ["cores are out", "Standard_B4as_v2", { kind: "quota", limit: 3 }],
    ["Azure does not offer the size", "Standard_B4as_v2", { kind: "sku" }],
  ] as const)("leaves the VM running where %s", async (_title, other, fault) => {
    await types("start");
    const { size } = (await azure()).vm ?? {};
    world.azure.faults.set(fault);
    await confirms("resize", "Yes, change it", { size: other });
    expect((await azure()).vm).toMatchObject({ size, power: "running" });
    expect(told()?.text).toContain("was not changed");
  });

  test("that cannot start the VM again says that it is off, and its size", async () => {
    world.azure.faults.set({ kind: "allocation" });
    const { size } = (await azure()).vm ?? {};
    const other = size === "Standard_B2as_v2" ? "Standard_B2als_v2" : "Standard_B2as_v2";
    await confirms("resize", "Yes, change it", { size: other });
    expect((await azure()).vm).toMatchObject({ size: other, power: "deallocated" });
    expect(told()?.text).toContain("Your OpenClaw is stopped");
    expect(told()?.text).toContain(`It has its new size, ${other}`);
  });

  test("asks again where the VM was started since, or from outside", async () => {
    const { size } = (await azure()).vm ?? {};
    const other = size === "Standard_B2as_v2" ? "Standard_B2als_v2" : "Standard_B2as_v2";
    const question = await types("resize", { size: other });
    expect(question?.text).toContain("is stopped and stays stopped");
    await types("start");
    const late = await world.client.clicks(mia(), "Yes, change it", question as Seen);
    expect(late.text).toContain("stop your VM, change its size and start it again");
    await world.settle();
    expect((await azure()).vm).toMatchObject({ size, power: "running" });
    await types("stop");
    await act({ do: "start" });
    world.pass(300);
    await confirms("resize", "Yes, change it", { size: other });
    expect((await azure()).vm).toMatchObject({ size, power: "running" });
    expect(told()?.text).toContain("is running now");
  });
});

describe("while there is no VM", () => {
  test("because it is being rebuilt, doctor and logs say how far that is, and alarm nobody", async () => {
    const admins = () => world.client.adminChannel(world.discord.people.ada).length;
    await types("start");
    const before = admins();
    const question = await types("rebuild");
    await world.client.clicks(mia(), "Yes, rebuild it", question as Seen);
    for (let looks = 0; looks < 60 && (await azure()).vm; looks++) await world.work(1);
    const doctor = await world.client.types(mia(), "openclaw doctor");
    const logs = await world.client.types(mia(), "openclaw logs", { kind: "first-boot" });
    await world.work(6);
    for (const answer of [doctor, logs]) {
      expect(seen(answer)?.text).not.toContain("deleted in Azure");
      expect(seen(answer)?.text).toContain("A rebuild is in progress");
    }
    await world.settle();
    expect(admins()).toBe(before);
    world.pass(900);
  });

  test("because somebody has deleted it, the buttons lead out", async () => {
    await act({ do: "delete", part: "vm" });
    world.pass(600);
    const card = await types("connect");
    expect(card?.text).toContain("deleted in Azure");
    expect(card?.buttons).toEqual(expect.arrayContaining(["Rebuild", "Clear up"]));
    expect(card?.buttons.filter((label) => label.startsWith("Try"))).toEqual([]);
    const refused = await types("start");
    expect(refused?.buttons).toEqual(expect.arrayContaining(["Rebuild", "Clear up"]));
    const question = await world.client.clicks(mia(), "Rebuild", card as Seen);
    await world.client.clicks(mia(), "Yes, rebuild it", question);
    await world.settle();
    expect((await azure()).vm?.power).toBe("running");
    expect((await record())?.state).toBe("ready");
  });
});

describe("what was promised is not there any more", () => {
  test("a VM that somebody deleted, looked at by Status first: rebuilding it is offered", async () => {
    await act({ do: "delete", part: "vm" });
    world.pass(600);
    expect((await types("status"))?.buttons).toEqual(expect.arrayContaining(["Rebuild"]));
  });

  test("a home disk: nothing is rebuilt, and no empty one is made", async () => {
    await act({ do: "delete", part: "homeDisk" });
    world.pass(600);
    const question = await types("rebuild");
    await world.client.clicks(mia(), "Yes, rebuild it", question as Seen);
    await world.settle();
    expect(world.client.dms(mia()).at(-1)?.text).toContain("Your home disk no longer exists in Azure");
    expect(await azure()).not.toHaveProperty("homeDisk.id");
    const asked = await types("teardown");
    await world.client.clicks(mia(), "Yes, tear it down", asked as Seen);
    await world.settle();
    await types("request");
    expect((await record())?.state).toBe("ready");
  });

  test("a snapshot: nothing is built with an empty disk; asked again, it is", async () => {
    const asked = await types("teardown");
    await world.client.clicks(mia(), "Yes, tear it down", asked as Seen);
    await world.settle();
    const name = (await record())?.backup?.snapshot ?? "";
    await act({ do: "deleteSnapshot", name });
    world.azure.advance(60);
    await types("request");
    expect(world.client.dms(mia()).at(-1)?.text).toContain("no longer exists in Azure, so nothing was built");
    await types("request");
    expect((await record())?.state).toBe("ready");
  });

  test("nor is a VM broken of which Azure let nothing be erased", async () => {
    world.azure.faults.set({
      kind: "authorization",
      target: "Microsoft.Authorization/roleAssignments/delete",
    });
    const { instance } = await world.parts.store.person(key);
    await world.client.types(mia(), "openclaw teardown", { "no-backup": true, name: `openclaw-${key}` });
    await world.settle();
    world.azure.faults.clear();
    expect(instance?.value.state).toBe("ready");
    expect((await record())?.state).toBe("ready");
    expect((await azure()).vm?.power).toBe("running");
  });
});
