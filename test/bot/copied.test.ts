import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { isReadAlike } from "../readAlike.ts";

test("no command that the bot gives to copy is for some shells only", () => {
  const commands = globSync("bot/**/*.ts").flatMap((file) =>
    [...readFileSync(file, "utf8").matchAll(/(?:`|code: ")((?:az|ssh) [^`\n]*?)(?:`|",?$)/gm)]
      // What is filled in are names and addresses.
      .map(([, command = ""]) => command.replaceAll(/\$\{[^}]*\}/g, "X")),
  );
  expect(commands.length).toBeGreaterThan(7);
  expect(commands.filter((command) => !isReadAlike(command))).toEqual([]);
});
