import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { appFrom } from "../../../bot/app.ts";
import type { Inbound, Platform } from "../../../bot/core/platform.ts";
import { people } from "../../../local/teams/people.ts";
import type { Seen } from "../../client.ts";
import { teamsClient } from "../../teamsClient.ts";
import { startWorld, type World } from "../../world.ts";
import { late, soon } from "../late.ts";

/** The worker is done before the answer to the call has arrived: what it has to tell takes the answer's place all the same. */
let world: World;
let client: ReturnType<typeof teamsClient>;
const { mia, ada } = people;
beforeAll(async () => {
  const admins = { BOOTSTRAP_ADMINS: `discord:1100000000000000101 entra:${ada.objectId}` };
  world = await startWorld(admins, { withTeams: true });
  client = teamsClient(world.teams);
  await world.enroll(world.discord.people.mia);
  await client.types(mia, "request");
  await world.settle();
}, 60_000);
afterAll(() => world.close());
beforeEach(() => {
  world.serving.app = world.app;
  world.errors.length = 0;
  world.pass(30);
});

/** Works what is to be done soon. */
async function worksAlready(): Promise<void> {
  const until = world.now().getTime() + 2000;
  while (world.queue.waiting(until).length > 0) await world.work();
}

describe("on Discord", () => {
  const own = () => world.discord.people.mia;
  const adaOwn = () => world.discord.people.ada;
  const servingLate = () => {
    world.serving.app = {
      ...world.app,
      interactions: async (request) => {
        const answer = await world.app.interactions(request);
        await worksAlready();
        return answer;
      },
    };
  };

  test.for(["openclaw status", "openclaw doctor", "openclaw open-access"])("%s", async (command) => {
    servingLate();
    const before = { seen: world.client.sees(own()).length, direct: world.client.dms(own()).length };
    const options = command.endsWith("access") ? { address: "203.0.113.7" } : {};
    const answer = await world.client.types(own(), command, options);
    await world.settle();
    const seen = world.client.sees(own());
    expect(seen).toHaveLength(before.seen + 1);
    expect(world.client.dms(own())).toHaveLength(before.direct);
    expect(seen.at(-1)?.text).not.toBe(answer.text);
  });

  test("what is answered later", async () => {
    servingLate();
    const before = { seen: world.client.sees(adaOwn()).length, direct: world.client.dms(adaOwn()).length };
    await world.client.types(adaOwn(), "openclaw-admin health");
    await world.settle();
    expect(world.client.sees(adaOwn())).toHaveLength(before.seen + 1);
    expect(world.client.dms(adaOwn())).toHaveLength(before.direct);
  });

  test("an answer that never comes is made up for within seconds", async () => {
    const direct = world.client.dms(own()).length;
    world.serving.app = {
      ...world.app,
      interactions: async (request) => {
        await world.app.interactions(request);
        throw new TypeError("the process died");
      },
    };
    const begun = world.now().getTime();
    await expect(world.client.types(own(), "openclaw status")).rejects.toThrow();
    while (world.client.dms(own()).length === direct) await world.work();
    expect(world.now().getTime() - begun).toBeLessThan(10_000);
    await world.settle();
    expect(world.client.dms(own())).toHaveLength(direct + 1);
  });
});

describe("in Teams", () => {
  const teams = () => world.parts.platforms["teams"] ?? expect.fail("there is Teams");
  const answering = (render: (inbound: Extract<Inbound, { kind: "call" }>) => typeof inbound.render) => {
    const receive: Platform["receive"] = async (request) => {
      const inbound = await teams().receive(request);
      return inbound.kind === "call" ? { ...inbound, render: render(inbound) } : inbound;
    };
    world.serving.app = appFrom({
      ...world.parts,
      platforms: { ...world.parts.platforms, teams: { ...teams(), receive } },
    });
  };
  const answeringLate = () =>
    answering((inbound) => async (reply) => {
      await worksAlready();
      return inbound.render(reply);
    });
  /** What takes the place of a card arrives only after the worker is done. */
  const arrivingLate = () =>
    answering((inbound) => async (reply) => {
      const answer = await inbound.render(reply);
      await world.work();
      return answer;
    });
  const last = (): Seen => client.dms(mia).at(-1) ?? expect.fail("nothing was shown");

  test.for(["status", "connect", "doctor", "close-access"])("%s is one message", async (command) => {
    answeringLate();
    const before = client.sees(mia).length;
    const answer = await client.types(mia, command);
    await world.settle();
    expect(client.sees(mia)).toHaveLength(before + 1);
    expect(last().text).not.toBe(answer.text);
  });

  test("a click whose answer is a card", async () => {
    await client.types(mia, "status");
    await world.settle();
    answeringLate();
    const before = client.sees(mia).length;
    await client.clicks(mia, last(), "Status");
    await world.settle();
    expect(client.sees(mia)).toHaveLength(before + 1);
  });

  test("the answer that takes the place of a form does not take that of what came of it", async () => {
    const formOf = async () => client.clicks(mia, await client.types(mia, "open-access"), "Type an address");
    const address = "203.0.113.9";
    await client.fills(mia, await formOf(), { address });
    await world.settle();
    // It is open already, so that one look is enough.
    const form = await formOf();
    arrivingLate();
    const before = client.sees(mia).length;
    await client.fills(mia, form, { address });
    await world.settle();
    expect(client.sees(mia)).toHaveLength(before);
    expect(client.sees(mia).find(({ id }) => id === form.id)?.text).toContain("is open");
  });

  test("what follows an answer in a line, which is no message, does not wait for one", async () => {
    const open = client.sees(mia).findLast(({ buttons }) => buttons.includes("Close access"));
    const before = client.sees(mia).length;
    const begun = world.now().getTime();
    await client.clicks(mia, open ?? expect.fail("access is open"), "Close access");
    while (client.sees(mia).length === before) await world.work();
    const sent = world.now().getTime() - begun;
    // Who waits for an answer does so for 15 seconds.
    expect(sent).toBeLessThan(15_000);
  });

  test("where the first report is the answer, since that was late, it waits for nothing", async () => {
    const { promise: going, resolve: goOn } = Promise.withResolvers<void>();
    const { store } = world.parts;
    const commit: typeof store.commit = async (partition, changes, dues) => {
      if (changes.some(({ kind }) => kind === "op")) await going;
      return store.commit(partition, changes, dues);
    };
    world.serving.app = appFrom({ ...world.parts, store: { ...store, commit } });
    const before = client.sees(mia).length;
    const begun = world.now().getTime();
    await late(world, () => client.types(mia, "status"));
    goOn();
    await soon(world, () => expect(client.sees(mia)).toHaveLength(before + 1));
    expect(world.now().getTime()).toBe(begun);
    await world.settle();
    expect(client.sees(mia)).toHaveLength(before + 1);
    expect(last().text).not.toContain("Checking Azure now");
  });

  test("what follows an answer that never comes is a message of its own within 20 seconds", async () => {
    answering(() => async () => {
      await worksAlready();
      throw new TypeError("the process died");
    });
    const before = client.sees(mia).length;
    const begun = world.now().getTime();
    await client.types(mia, "status").catch(() => undefined);
    while (client.sees(mia).length === before) await world.work();
    expect(world.now().getTime() - begun).toBeLessThan(20_000);
    await world.settle();
    expect(client.sees(mia)).toHaveLength(before + 1);
  });
});
