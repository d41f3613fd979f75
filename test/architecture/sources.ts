import { globSync, readFileSync } from "node:fs";
import { type Import, importsOf } from "./imports.ts";

const under = (glob: string): ReadonlyMap<string, string> =>
  new Map(
    globSync(glob)
      .toSorted()
      .map((file) => [file, readFileSync(file, "utf8")]),
  );

/** What of the repository runs anywhere but in tests, by path: its text. */
export const sources = under("{bot,functions,local,scripts}/**/*.ts");

/** The same: what each imports. */
export const imports: ReadonlyMap<string, readonly Import[]> = new Map(
  [...sources].map(([file, text]) => [file, importsOf(file, text)]),
);
