import { afterAll, beforeAll, describe, test } from "vitest";
import { attacks } from "./attacks.ts";
import { startTown, type Town } from "./town.ts";

/** What is known to be tried on bots like this one. Nothing may come of it. */
let town: Town;
beforeAll(async () => {
  town = await startTown();
});
afterAll(() => town.close());

describe.each([...new Set(attacks.map(({ threat }) => threat))])("%s", (threat) => {
  test.each(attacks.filter((attack) => attack.threat === threat))("$name", ({ tries }) => tries(town));
});
