import { afterAll, expect, test } from "vitest";
import { Conflict } from "../../../bot/core/errors.ts";
import { noticesOf, writeDown } from "../../../bot/engine/notices.ts";
import { startWorld } from "../../world.ts";

const world = await startWorld();
afterAll(() => world.close());

test("a message that is there already is written down; one that was refused and is not there is not", async () => {
  const { parts } = world;
  const [notice] = noticesOf({ title: "Look at this", tone: "bad" }, "look", {
    ...parts,
    adminPlatforms: ["discord"],
  });
  if (!notice) return expect.fail("there is no notice");
  await writeDown("bot", [notice], parts);
  await writeDown("bot", [notice], parts);
  expect(await parts.store.get("bot", "delivery", notice.id)).toMatchObject({ value: notice });

  const commit = () => Promise.reject(new Conflict("refused"));
  const refusing = { ...parts, store: { ...parts.store, commit } };
  await expect(writeDown("bot", [{ ...notice, id: "other" }], refusing)).rejects.toThrow(Conflict);
});
