import { cpus } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { crowdMember, type Person } from "../../local/discord/people.ts";
import { startWorld, type World } from "../world.ts";

/*
 * How long others wait for their answers while one member sends 500 commands at once. Twenty members ask for their status, ten
 * a second together, at times that are fixed beforehand; a second in which nothing is answered counts as waiting. Bot, simulators
 * and load are one process, and the storage another.
 */
const others = Array.from({ length: 20 }, (_, index) => crowdMember(index));
const flooder = crowdMember(50);
const aSecond = 10;
const seconds = 20;
const flood = 500;

/** The bodies of so many calls, each with an id of its own. */
async function calls(world: World, person: Person, count: number): Promise<string[]> {
  const outcome = await world.discord.interact(
    person,
    { command: "openclaw status" },
    { forge: true, badSignature: true },
  );
  if (!("sent" in outcome)) throw new Error(outcome.reason);
  const { sent } = outcome;
  return Array.from({ length: count }, (_, index) =>
    JSON.stringify({
      ...sent,
      // No two people's calls share an id: they start one after the other.
      id: String(BigInt(String(sent["id"])) + 1000n * BigInt(index)),
      token: `t${person.id}${index}`,
    }),
  );
}

async function answersOf(world: World, bodies: readonly (readonly string[])[], flooding: readonly string[]) {
  const start = performance.now();
  const clock = setInterval(() => world.pass(0.1), 100);
  const waits: number[] = [];
  const answered: string[] = [];
  const ask = async (body: string, at: number) => {
    await sleep(Math.max(0, start + at - performance.now()));
    const { status } = await world.discord.deliver(body, { deadline: 60_000 });
    expect(status).toBe(200);
    waits.push(performance.now() - start - at);
  };
  const floods = sleep(2000).then(() =>
    Promise.all(
      flooding.map(async (body) => {
        const { body: answer } = await world.discord.deliver(body, { deadline: 60_000 });
        answered.push(JSON.stringify(answer));
      }),
    ),
  );
  const asked = Array.from({ length: aSecond * seconds }, (_, index) =>
    ask(bodies[index % bodies.length]?.[Math.floor(index / bodies.length)] ?? "", (index * 1000) / aSecond),
  );
  await Promise.all([...asked, floods]);
  clearInterval(clock);
  waits.sort((a, b) => a - b);
  const at = (share: number) => Math.round(waits[Math.floor(share * (waits.length - 1))] ?? 0);
  const refused = answered.filter((text) => /[Ww]ait/.test(text)).length;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), refused };
}

async function run(isFlooded: boolean) {
  const world = await startWorld();
  for (const person of [...others, flooder]) {
    world.azure.people.put({ userPrincipalName: `${person.username}@contoso.com`, displayName: person.name });
    await world.enroll(person);
    // As many as Ada may ask for.
    world.pass(5);
  }
  const bodies = await Promise.all(
    others.map((person) => calls(world, person, (aSecond * seconds) / others.length)),
  );
  const flooding = isFlooded ? await calls(world, flooder, flood) : [];
  const found = await answersOf(world, bodies, flooding);
  await world.close();
  return found;
}

test("others' answers during a flood", async () => {
  const without = await run(false);
  const during = await run(true);
  process.stdout.write(
    [
      `${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}, ${new Date().toISOString().slice(0, 10)}`,
      "| | p50 | p95 | p99 |",
      "|---|---|---|---|",
      `| without | ${without.p50} ms | ${without.p95} ms | ${without.p99} ms |`,
      `| while one member sends ${flood} commands | ${during.p50} ms | ${during.p95} ms | ${during.p99} ms |`,
      `Of the flood, ${during.refused} of ${flood} commands were asked to wait; others' p95 is ${during.p95 - without.p95} ms longer.`,
      "",
    ].join("\n"),
  );
});
