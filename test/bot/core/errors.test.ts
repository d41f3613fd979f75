import { expect, test } from "vitest";
import { nothingChanged, Refusal } from "../../../bot/core/errors.ts";
import { instant, words } from "../../../bot/core/text.ts";

test("a refusal made by nothingChanged says after its reason that nothing was changed", () => {
  const until = instant("2026-11-30T08:00:00Z");
  const refused = nothingChanged(words`You have one until ${until}.`);
  expect(refused.words).toEqual(words`You have one until ${until}. Nothing was changed.`);
  expect(refused.message).toBe("You have one until 2026-11-30 08:00 UTC. Nothing was changed.");
  expect(refused.why).toBe("You have one until 2026-11-30 08:00 UTC.");
  const plain = new Refusal("There is nothing to cancel.");
  expect([plain.words, plain.message, plain.why]).toEqual(Array(3).fill("There is nothing to cancel."));
});
