import { afterAll, beforeAll, expect, test } from "vitest";
import { startWorld, type World } from "../../../world.ts";

let world: World;
beforeAll(async () => {
  world = await startWorld();
  await world.enroll(world.discord.people.ada, { role: "admin" });
}, 60_000);
afterAll(() => world.close());

test("an import that waits for Azure is looked at by one message, however often the sweep comes by", async () => {
  const { ada } = world.discord.people;
  const members = ["mia", "max"].map((name) => ({ email: `${name}@contoso.com` }));
  await world.client.types(ada, "openclaw-admin roster import", { json: JSON.stringify({ members }) });
  await world.settle();
  world.azure.faults.set({ kind: "refusal", code: "AnotherOperationInProgress" });
  await world.client.clicks(ada, "Apply");
  const queued: number[] = [];
  for (let minute = 0; minute < 6; minute += 1) {
    const end = world.now().getTime() + 60_000;
    while (world.queue.waiting().length > 0 && world.now().getTime() < end) await world.work(1);
    await world.app.sweep();
    queued.push(world.queue.waiting().filter(({ kind }) => kind === "import").length);
  }
  expect(Math.max(...queued)).toBe(1);
});
