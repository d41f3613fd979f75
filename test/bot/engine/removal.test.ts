import { afterAll, beforeAll, expect, test } from "vitest";
import { memberKey } from "../../../bot/core/identifiers.ts";
import { startWorld, type World } from "../../world.ts";

let world: World;
let key: string;
beforeAll(async () => {
  world = await startWorld();
  key = memberKey(
    world.azure.people.list().find(({ displayName }) => displayName === "Max Member")?.id ?? "",
  );
  await world.enroll(world.discord.people.ada, { role: "admin" });
});
afterAll(() => world.close());

test.each([1, 3, 4, 5, 6, 7, 8, 9, 10, 14])(
  "whoever is removed after %i steps of their build gets none, and that comes to an end",
  async (steps) => {
    const { ada, max } = world.discord.people;
    await world.enroll(max);
    await world.client.types(max, "openclaw request");
    await world.work(steps);
    const before = world.parts.clock.now().getTime();
    await world.client.types(ada, "openclaw-admin roster remove", { person: max.id });
    await world.settle();
    const { member, instance } = await world.parts.store.person(key);
    expect(member?.value.status).toBe("left");
    expect(instance?.value.operation).toBeUndefined();
    const { vm, logins = [] } = await world.parts.cloud.look(key, world.parts.settings.place, {
      parts: ["vm", "logins"],
    });
    expect(logins).toEqual([]);
    expect(["deallocated", undefined]).toContain(vm?.power);
    expect(world.parts.clock.now().getTime() - before).toBeLessThan(10 * 60_000);
    // What is left of it is cleared up, for the next one.
    world.pass(15 * 86_400);
    await world.app.sweep();
    await world.settle();
    world.pass(60);
  },
);
