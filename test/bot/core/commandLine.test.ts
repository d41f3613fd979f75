import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeLine, encodeLine } from "../../../bot/core/card.ts";
import { commands } from "../../../bot/features/commands.ts";

test("a button's data reads back as the line that was written", () => {
  const name = fc.constantFrom(...commands.map((command) => command.name));
  const options = fc.dictionary(fc.stringMatching(/^[a-z-]{1,12}$/), fc.string());
  const generation = fc.option(fc.stringMatching(/^[a-z2-7]{12}$/), { nil: undefined });
  fc.assert(
    fc.property(name, options, generation, (command, given, made) => {
      const line = { command, options: given, generation: made };
      expect(decodeLine(encodeLine(line))).toEqual(line);
    }),
  );
});

test("the longest button fits into Discord's 100 characters", () => {
  const line = {
    command: "leaver teardown",
    options: { key: "a".repeat(10), confirmed: "b".repeat(12) },
    generation: "c".repeat(12),
  };
  expect(encodeLine(line).length).toBeLessThanOrEqual(100);
});

test.for(["", "v0:stop", "v2:stop:", "stop", "v1", "v1:", "__proto__"])("data %o is none of ours", (data) => {
  expect(decodeLine(data)).toBeUndefined();
});
