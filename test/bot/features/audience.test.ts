import { expect, test } from "vitest";
import { commands } from "../../../bot/features/commands.ts";

/** Whether a command may be used by more people than before is for whoever reviews the change of the file to see. */
test("every command has the audience that it is meant to have", async () => {
  const audiences = Object.fromEntries(commands.map(({ name, audience }) => [name, audience]));
  await expect(`${JSON.stringify(audiences, undefined, 2)}\n`).toMatchFileSnapshot("golden/audience.json");
});

test("what changes an instance is bound to the instance that its button was made for", () => {
  const bound = commands.filter(({ bound }) => bound).map(({ name }) => name);
  expect(bound).toEqual(
    expect.arrayContaining([
      "connect",
      "start",
      "stop",
      "restart",
      "teardown",
      "rebuild",
      "resize",
      "backup now",
      "cancel",
      "retry",
      "open-access",
      "close-access",
    ]),
  );
});
