/**
 * Conditions on role assignments, version 2.0, limited to what conditions about role assignments use: `ActionMatches`, `@Request` and
 * `@Resource` attributes, Guid and String comparisons with cross-product qualifiers, `!`, AND, OR
 * (Microsoft Learn, "Azure role assignment condition format and syntax", 2026).
 */
interface ConditionInput {
  readonly action: string;
  readonly request: Readonly<Record<string, string | undefined>>;
  readonly resource: Readonly<Record<string, string | undefined>>;
}

type Test = (input: ConditionInput) => boolean;

const token =
  /\s*(ActionMatches\{\s*'[^']*'\s*\}|@\w+\[[^\]]+\]|\{[^}]*\}|'[^']*'|&&|\|\||[()!]|[A-Za-z]+(?::[A-Za-z]+)?)/y;

/** The condition as a test; throws with the position where it can't be parsed. */
export function parseCondition(text: string): Test {
  const tokens: string[] = [];
  token.lastIndex = 0;
  while (text.slice(token.lastIndex).trim() !== "") {
    const start = token.lastIndex;
    const found = token.exec(text);
    if (!found?.[1]) throw new Error(`unreadable at character ${start}: ${text.slice(start, start + 20)}`);
    tokens.push(found[1]);
  }
  let next = 0;
  const peek = () => tokens[next]?.toUpperCase();
  const take = () => {
    const taken = tokens[next];
    if (taken === undefined) throw new Error("ends too early");
    next += 1;
    return taken;
  };
  const either = (): Test => chain(both, ["OR", "||"], (a, b) => (input) => a(input) || b(input));
  const both = (): Test => chain(one, ["AND", "&&"], (a, b) => (input) => a(input) && b(input));
  const chain = (part: () => Test, words: string[], join: (a: Test, b: Test) => Test): Test => {
    let test = part();
    while (words.includes(peek() ?? "")) {
      take();
      test = join(test, part());
    }
    return test;
  };
  const one = (): Test => {
    const first = take();
    if (first === "!") {
      const test = one();
      return (input) => !test(input);
    }
    if (first === "(") {
      const test = either();
      if (take() !== ")") throw new Error("a ) is missing");
      return test;
    }
    const action = /^ActionMatches\{\s*'([^']*)'/i.exec(first)?.[1];
    if (action !== undefined) return (input) => matches(action, input.action);
    return comparison(first, take(), take());
  };
  const test = either();
  if (next < tokens.length) throw new Error(`unexpected ${tokens[next]}`);
  return test;
}

function comparison(attribute: string, operator: string, literal: string): Test {
  const [, source, name] = /^@(\w+)\[(?:[^:\]]*:)?([^\]]+)\]$/.exec(attribute) ?? [];
  if (!source || !name) throw new Error(`${attribute} is no attribute`);
  const [last, qualifier] = operator.split(":").reverse();
  const values = literal
    .replace(/^\{|\}$/g, "")
    .split(",")
    .map((value) => value.trim().replace(/^'|'$/g, ""));
  const compare = comparers[(last ?? "").toLowerCase()];
  if (!compare) throw new Error(`${operator} is not known here`);
  const all = /AllValues$/i.test(qualifier ?? "");
  return (input) => {
    const left = (source.toLowerCase() === "request" ? input.request : input.resource)[name];
    if (left === undefined) return false;
    return all ? values.every((right) => compare(left, right)) : values.some((right) => compare(left, right));
  };
}

const lower = (test: (a: string, b: string) => boolean) => (a: string, b: string) =>
  test(a.toLowerCase(), b.toLowerCase());

const comparers: Record<string, (left: string, right: string) => boolean> = {
  guidequals: lower((a, b) => a === b),
  guidnotequals: lower((a, b) => a !== b),
  stringequals: (a, b) => a === b,
  stringnotequals: (a, b) => a !== b,
  stringequalsignorecase: lower((a, b) => a === b),
  stringnotequalsignorecase: lower((a, b) => a !== b),
};

/**
 * Whether the pattern, in which a star matches anything, covers the action. Between slashes it also matches nothing: a right to
 * read everything below VMs includes reading VMs.
 */
export function matches(pattern: string, action: string): boolean {
  const literal = (text: string) => text.replace(/[.\\/+?^$()[\]{}|]/g, "\\$&");
  const source = pattern.split("/*/").map((part) => part.split("*").map(literal).join(".*"));
  return new RegExp(`^${source.join("/(.*/)?")}$`, "i").test(action);
}
