import { afterAll, beforeAll, expect, test } from "vitest";
import { appFrom } from "../../../../bot/app.ts";
import { openToAllWarning } from "../../../../bot/cards/connect.ts";
import type { Feature, Stepped } from "../../../../bot/parts.ts";
import { startWorld, type World } from "../../../world.ts";
import { keyOf } from "../../left.ts";

/** An operation that an admin unlocks ends as any other does. */
let world: World;
beforeAll(async () => {
  world = await startWorld({ NETWORK_POLICY: "open" });
  const { mia } = world.discord.people;
  await world.enroll(mia);
  await world.client.types(mia, "openclaw request");
  await world.settle();
}, 120_000);
afterAll(() => world.close());

test("what follows from its end for each feature is written with it, and its card warns as others do", async () => {
  const { ada, mia } = world.discord.people;
  const ends: Stepped[] = [];
  const told: Feature = {
    afterStep: (stepped) => {
      if (stepped.operation.status !== "running") ends.push(stepped);
      return { member: { name: "Mia M." }, instance: { backingUp: undefined } };
    },
  };
  const key = keyOf(world, mia);
  await world.client.types(mia, "openclaw stop");
  const before = (await world.parts.store.person(key)).instance?.value.operation;
  const [ours, served] = [appFrom({ ...world.parts, features: [...world.parts.features, told] }), world.app];
  world.serving.app = ours;
  await world.client.types(ada, "openclaw-admin unlock", { person: mia.id });
  await world.client.clicks(ada, "Yes, unlock");
  world.serving.app = served;
  expect(ends).toHaveLength(1);
  expect(ends[0]?.operation).toMatchObject({ id: before, status: "superseded" });
  expect(ends[0]?.instance).toMatchObject({
    last: { operation: before, name: "stop", outcome: "superseded" },
  });
  const { member, instance } = await world.parts.store.person(key);
  expect(member?.value.name).toBe("Mia M.");
  expect(instance?.value.operation).toBeUndefined();
  expect(instance?.value.last).toEqual(ends[0]?.instance.last);
  await world.settle();
  const card = world.client.dms(mia).at(-1)?.text ?? "";
  expect(card).toContain("An admin ended it because it was stuck");
  expect(card).toContain(openToAllWarning);
  expect(world.errors).toEqual([]);
});
