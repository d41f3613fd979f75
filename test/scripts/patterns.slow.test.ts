import { expect, test } from "vitest";
import { faultsIn } from "../../scripts/patterns.ts";

test.for([
  ["ends that are looked for again and again", "text.replace(/\\s+$/, '')", "2nd degree polynomial"],
  ["repeats of repeats", "const slow = /^(a+)+$/;", "exponential"],
  ["one from a text", 'new RegExp("^(a|a)*$", "i")', "exponential"],
  ["one without new", "RegExp('(.*)=(.*)x')", "polynomial"],
  ["one that is put together", "new RegExp(`^$" + "{word}$`)", "is built at run time"],
  ["one with flags that are not known", 'new RegExp("a", flags)', "is built at run time"],
  ["what is no regular expression at all", 'new RegExp("(")', "can't be checked"],
])("%s is a fault", ([, source, fault]) => {
  const [found, ...others] = faultsIn("planted.ts", `\n${source}`);
  expect(others).toEqual([]);
  expect(found).toMatch(/^planted\.ts:2 /);
  expect(found).toContain(fault);
});

test.for([
  ["a plain one", "/^a+$/.test(text)"],
  ["one with a look around", "text.replace(/(?<!\\/)\\/+$/, '')"],
  ["what only looks like one", 'const text = "/(a+)+$/"; // /(a+)+$/'],
  ["a division", "const half = a / b / c;"],
])("%s is none", ([, source = ""]) => expect(faultsIn("planted.ts", source)).toEqual([]));
