/** Where a text stops being JSON; line and column count from 1. */
export interface JsonFault {
  readonly line: number;
  readonly column: number;
  readonly expected: string;
  readonly found: string;
}

const space = /[ \t\n\r]*/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: exactly these are not allowed in a string
const text = /"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[\da-fA-F]{4})[^"\\\u0000-\u001f]*)*"/y;
const scalar = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?|true|false|null/y;

const expectations = {
  value: "a value",
  firstValue: "a value or “]”",
  name: "a name in straight quotation marks",
  firstName: "a name in straight quotation marks, or “}”",
  otherName: "a name that was not there before",
  colon: "“:”",
  moreNames: "“,” or “}”",
  moreValues: "“,” or “]”",
  end: "nothing more",
} as const;
type Expectation = Exclude<keyof typeof expectations, "otherName">;

/**
 * Finds the first place where a text is not JSON (RFC 8259); undefined if it is. The message of `JSON.parse` differs from version to version.
 * The same name twice in one object counts as a fault too. Keeps its own stack, because a text may be nested as deep as it is long.
 */
export function jsonFault(source: string): JsonFault | undefined {
  const open: ("}" | "]")[] = [];
  const names: Set<string>[] = [];
  let doubled = false;
  const cursor = cursorIn(source);
  const { take, sign } = cursor;
  let expected: Expectation = "value";
  const after = (): Expectation => {
    const innermost = open.at(-1);
    return innermost === undefined ? "end" : innermost === "}" ? "moreNames" : "moreValues";
  };
  const close = (): Expectation => {
    open.pop();
    names.pop();
    return after();
  };
  const begin = (end: "}" | "]", next: Expectation): Expectation => {
    open.push(end);
    names.push(new Set());
    return next;
  };
  const value = (): Expectation | undefined => {
    if (sign("{")) return begin("}", "firstName");
    if (sign("[")) return begin("]", "firstValue");
    return take(text) || take(scalar) ? after() : undefined;
  };
  /** Refuses a repeated name: the parser would silently keep the second. */
  const name = (): Expectation | undefined => {
    const from = cursor.at;
    if (!take(text)) return undefined;
    const said = String(JSON.parse(source.slice(from, cursor.at)));
    const before = names.at(-1);
    if (!before?.has(said)) {
      before?.add(said);
      return "colon";
    }
    doubled = true;
    cursor.at = from;
    return undefined;
  };
  const steps: Readonly<Record<Expectation, () => Expectation | undefined>> = {
    value,
    firstValue: () => (sign("]") ? close() : value()),
    name,
    firstName: () => (sign("}") ? close() : name()),
    colon: () => (sign(":") ? "value" : undefined),
    moreNames: () => (sign(",") ? "name" : sign("}") ? close() : undefined),
    moreValues: () => (sign(",") ? "value" : sign("]") ? close() : undefined),
    end: () => undefined,
  };
  for (;;) {
    take(space);
    if (expected === "end" && cursor.at === source.length) return undefined;
    const next: Expectation | undefined = steps[expected]();
    if (next === undefined) return faultAt(source, cursor.at, expectations[doubled ? "otherName" : expected]);
    expected = next;
  }
}

/** A place in a text that moves past whatever it finds. */
function cursorIn(source: string) {
  const cursor = {
    at: 0,
    take(pattern: RegExp): boolean {
      pattern.lastIndex = cursor.at;
      const found = pattern.exec(source)?.[0];
      cursor.at += found?.length ?? 0;
      return found !== undefined;
    },
    sign(wanted: string): boolean {
      const is = source[cursor.at] === wanted;
      if (is) cursor.at += 1;
      return is;
    },
  };
  return cursor;
}

function faultAt(source: string, at: number, expected: string): JsonFault {
  const before = source.slice(0, at).split("\n");
  const found = at >= source.length ? "the end" : `“${String.fromCodePoint(source.codePointAt(at) ?? 0)}”`;
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1, expected, found };
}

/** A text that is not JSON, with the place of the first fault: line and column, counted from 1. */
export class BadJson extends Error {
  override readonly name = "BadJson";
  readonly line: number;
  readonly column: number;
  constructor({ line, column }: JsonFault) {
    super(`not JSON at line ${line}, column ${column}`);
    this.line = line;
    this.column = column;
  }
}

/** @throws BadJson */
export function parseJson(text: string): unknown {
  const fault = jsonFault(text);
  if (fault) throw new BadJson(fault);
  return JSON.parse(text);
}
