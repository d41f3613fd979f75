import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { attacks } from "../attack/attacks.ts";

const text = readFileSync("docs/security.md", "utf8");

test("the attacks in docs/security.md are those that are tried, in the same order", () => {
  const [, table = ""] = /\n\| Attack \|.*\n\|---\|---\|\n([\s\S]*?)\n\n/.exec(text) ?? [];
  const rows = table.split("\n").map((row) =>
    row
      .split("|")
      .slice(1, 3)
      .map((cell) => cell.trim()),
  );
  expect(rows).toEqual(attacks.map(({ threat, name }) => [threat, name]));
});

test("every chapter of OWASP ASVS 5.0 has its line, and each test that it names is there", () => {
  const chapters = [...text.matchAll(/^\| V(\d+) /gm)].map(([, number]) => Number(number));
  expect(chapters).toEqual(Array.from({ length: 17 }, (_, index) => index + 1));
  const named = [...text.matchAll(/`(test\/[\w./-]+)`/g)].map(([, path = ""]) => path);
  expect(named.length).toBeGreaterThan(15);
  expect(named.filter((path) => !existsSync(path))).toEqual([]);
});

test("a test or an attack that is cited by its title is there", () => {
  const cited = [...text.matchAll(/`(test\/[\w./-]+)`, test “([^”]+)”/g)];
  expect(cited.length).toBeGreaterThan(2);
  for (const [, path = "", title = ""] of cited)
    expect([path, title, readFileSync(path, "utf8").includes(`"${title}"`)]).toEqual([path, title, true]);
  const said = attacks.map(({ threat, name }) => `${threat}: ${name}`);
  const named = [...text.matchAll(/attack “([^”]+)”/g)].map(([, name = ""]) => name);
  expect(named.filter((name) => !said.some((one) => one.includes(name)))).toEqual([]);
});
