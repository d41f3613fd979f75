import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { appFrom } from "../../../bot/app.ts";
import { memberKey } from "../../../bot/core/names.ts";
import { partsFrom } from "../../../bot/wiring.ts";
import { crowdMember, type Person } from "../../../local/discord/people.ts";
import type { Exchange } from "../../../local/traffic.ts";
import { unrecordedFile } from "../../recording.ts";
import { startWorld, type World } from "../../world.ts";

/** Thirty members ask within two seconds, behind the limits that Discord has. */
const crowd = Array.from({ length: 30 }, (_, index) => crowdMember(index));
let world: World;
let started: number;
let begun: Date;
let statuses: number[];
beforeEach(async () => {
  unrecordedFile("sixty people say to Azure what one says elsewhere");
  statuses = [];
  const heard = ({ service, response }: Exchange) => {
    if (service === "discord") statuses.push(response.status);
  };
  world = await startWorld({}, { heard });
  world.azure.faults.set({ kind: "quota", limit: 1000 });
  for (const { username, name } of crowd) {
    world.azure.people.put({ userPrincipalName: `${username}@contoso.com`, displayName: name });
  }
  for (const person of crowd) await world.enroll(person);
  // The client library counts by the process's own clock, which goes along with the world's from here on.
  started = Date.now();
  begun = world.now();
  vi.useFakeTimers({ toFake: ["Date"], now: started });
  world.discord.setFaults({ strict: true });
});
afterEach(async () => {
  vi.useRealTimers();
  await world.close();
});

const seconds = (): number => (world.now().getTime() - begun.getTime()) / 1000;
const tick = () => vi.setSystemTime(started + seconds() * 1000);
const hasHeard = (person: Person): boolean => world.client.dms(person).length > 0;
const isReady = (person: Person): boolean =>
  world.client.dms(person).some(({ text }) => text.includes("is ready"));

const keyOf = (person: Person): string => {
  const found = world.azure.people.list().find(({ displayName }) => displayName === person.name);
  return memberKey(found?.id ?? "");
};

/** Works until all is done, and notes for each person when something was first true; after each piece of work it looks at its member alone. */
async function watch(processes: readonly Pick<World["app"], "work">[]) {
  const heard = new Map<string, number>();
  const ready = new Map<string, number>();
  const told = new Map<string, number>();
  const owners = new Map(crowd.map((person) => [keyOf(person), person]));
  for (let i = 0; told.size < crowd.length; i += 1) {
    const message = world.queue.next();
    if (!message) throw new Error(`nothing is queued, and only ${told.size} were told`);
    tick();
    await processes[i % processes.length]?.work(message);
    const person = owners.get(message.partition);
    if (!person || told.has(person.id)) continue;
    const { id } = person;
    if (!heard.has(id) && hasHeard(person)) heard.set(id, seconds());
    if (isReady(person)) told.set(id, seconds());
    if (ready.has(message.partition)) continue;
    const { instance } = await world.parts.store.person(message.partition);
    if (instance?.value.state === "ready") ready.set(message.partition, seconds());
  }
  return { heard, ready, told };
}

describe.each([1, 2])("%i processes of the bot", (count) => {
  test("tell each at once, and each when it is ready", async () => {
    const { clock, wait, log } = world.parts;
    const others = Array.from({ length: count - 1 }, () =>
      appFrom(partsFrom(world.env, { clock, wait, log, queue: world.queue })),
    );
    for (const person of crowd) {
      world.pass(2 / crowd.length);
      tick();
      await world.client.types(person, "openclaw request");
    }
    const { heard, ready, told } = await watch([world.app, ...others]);
    const latest = Math.max(...heard.values());
    const behind = crowd.map((person) => (told.get(person.id) ?? 0) - (ready.get(keyOf(person)) ?? 0));
    const refused = statuses.filter((status) => status === 429).length;
    console.log(
      `${count} processes: first messages after ${latest} s at most, the last ${Math.max(...behind)} s after ready; ${refused} calls were refused`,
    );
    expect(ready.size).toBe(crowd.length);
    expect(latest).toBeLessThanOrEqual(45);
    expect(Math.max(...behind)).toBeLessThanOrEqual(45);
    // Each has one message, whatever had to wait.
    expect(crowd.map((person) => world.client.dms(person).length)).toEqual(crowd.map(() => 1));
    expect(world.errors).toEqual([]);
  }, 600_000);
});
