import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { people as discordPeople } from "../../../local/discord/people.ts";
import { people as teamsPeople } from "../../../local/teams/people.ts";
import { storageAccount } from "../../azurite.ts";
import { type StorageGate, storageGate } from "../../storageGate.ts";
import { teamsClient } from "../../teamsClient.ts";
import { startWorld, type World } from "../../world.ts";
import { late, soon, tooLate } from "../late.ts";

/** The first answer while the storage does not answer, on each platform in its own way. */
let gate: StorageGate;
let world: World;
beforeAll(async () => {
  gate = await storageGate(storageAccount());
  const first = `discord:1100000000000000101 entra:${teamsPeople.ada.objectId}`;
  world = await startWorld({ BOOTSTRAP_ADMINS: first }, { withTeams: true, storage: gate.connectionString });
  await world.enroll(discordPeople.max);
});
afterAll(async () => {
  await world.close();
  await gate.close();
});

describe("on Discord", () => {
  const { max } = discordPeople;
  const waitedFor = async (timestamp: (now: number) => number) => {
    world.patience.asked.length = 0;
    await world.client.types(
      max,
      "openclaw help",
      {},
      { timestamp: timestamp(world.now().getTime() / 1000) },
    );
    return world.patience.asked[0];
  };

  test("an answer is waited for until 2.2 s after the second that Discord names, and for 0.3 s in any case", async () => {
    world.pass(1 - (world.now().getTime() % 1000) / 1000 + 0.7);
    expect(await waitedFor(Math.floor)).toBe(1500);
    expect(await waitedFor((now) => Math.floor(now) - 1)).toBe(500);
    expect(await waitedFor((now) => Math.floor(now) - 2)).toBe(300);
    expect(await waitedFor((now) => Math.floor(now) - 60)).toBe(300);
    // Discord's clock is ahead of ours.
    expect(await waitedFor((now) => Math.floor(now) + 60)).toBe(2200);
  });
});

test("the answer does not come before it was said that it follows", async () => {
  const before = world.client.sees(discordPeople.max).length;
  world.patience.asked.length = 0;
  await late(world, () => world.client.types(discordPeople.max, "openclaw help"));
  const waiting = () => world.client.sees(discordPeople.max).at(-1)?.text;
  // Which is on its way for some time.
  await vi.waitFor(() => expect(world.patience.asked.at(-1)).toBe(1000), { timeout: 20_000 });
  expect(waiting()).toBe("");
  await soon(world, () => expect(waiting()).toContain("What you can do"));
  expect(world.client.sees(discordPeople.max)).toHaveLength(before + 1);
  await world.settle();
});

describe("on Teams", () => {
  const { max } = teamsPeople;
  const dms = () => teamsClient(world.teams).dms(max);
  const find = (text: string) => dms().filter((seen) => seen.text.includes(text));
  const working = "Working on it";
  beforeAll(async () => {
    await teamsClient(world.teams).types(max, "request");
    await world.settle();
  });
  afterEach(() => gate.open());

  test("whoever writes sees that the bot is typing as soon as they are known, and gets the answer as a message", async () => {
    const chat = world.teams.places.personal(max);
    // Who calls is known; that the call came before isn't.
    gate.hold(/^GET .*RowKey='claim/);
    world.patience.asked.length = 0;
    const before = dms().length;
    const writing = teamsClient(world.teams).types(max, "help");
    await vi.waitFor(() => expect(world.teams.isTyping(chat)).toBe(true), { timeout: 20_000 });
    expect(world.patience.asked).toEqual([8000]);
    gate.open();
    expect((await writing).text).toContain("What you can do");
    expect(dms()).toHaveLength(before + 1);
    expect(world.teams.isTyping(chat)).toBe(false);
  });

  test("whoever clicks on what works once sees in its place that it is worked on, then the answer", async () => {
    const question = await teamsClient(world.teams).types(max, "rebuild");
    const before = dms().length;
    gate.hold();
    const shown = await tooLate(world, () =>
      teamsClient(world.teams).clicks(max, question, "Yes, rebuild it"),
    );
    expect(shown).toMatchObject({ id: question.id, buttons: [] });
    expect(shown.text).toContain(working);
    gate.open();
    await soon(world, () => expect(find(working)).toEqual([]));
    expect(dms().find(({ id }) => id === question.id)?.text).toContain("Rebuilding");
    await world.settle();
    expect(dms()).toHaveLength(before + 1);
    expect(dms().at(-1)?.text).toContain("Your OpenClaw is ready");
  });

  test("whoever clicks on what is still needed sees it below, and the answer in its place; the card stays", async () => {
    const ready = dms().at(-1) ?? expect.fail("nothing was shown");
    gate.hold();
    const clicking = tooLate(world, () => teamsClient(world.teams).clicks(max, ready, "Stop"));
    expect((await clicking).text).toContain(working);
    await soon(world, () => expect(find(working)).toHaveLength(1));
    const [shown] = find(working);
    gate.open();
    await soon(world, () => expect(find(working)).toEqual([]));
    expect(dms().find(({ id }) => id === shown?.id)?.text).toContain("Stopping your OpenClaw");
    expect(dms().find(({ id }) => id === ready.id)).toEqual(ready);
    await world.settle();
    expect(dms().at(-1)?.text).toContain("Your OpenClaw is stopped");
  });

  test("the storage is away: what was shown meanwhile is replaced all the same", async () => {
    const question = await teamsClient(world.teams).types(max, "teardown");
    gate.cut();
    const shown = await tooLate(world, () =>
      teamsClient(world.teams).clicks(max, question, "Yes, tear it down"),
    );
    expect(shown.text).toContain(working);
    await soon(world, () => expect(find(working)).toEqual([]));
    expect(dms().find(({ id }) => id === question.id)?.text).toContain("Something went wrong on our side");
  });
});
