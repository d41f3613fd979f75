/** A text that is no JSON, and where it stops being it: line and column, counted from 1. */
export class BadJson extends Error {
  override readonly name = "BadJson";
  readonly line: number;
  readonly column: number;
  constructor(text: string, at: number) {
    const before = text.slice(0, at).split("\n");
    const [line, column] = [before.length, (before.at(-1)?.length ?? 0) + 1];
    super(`not JSON at line ${line}, column ${column}`);
    this.line = line;
    this.column = column;
  }
}

export type JsonObject = { readonly [name: string]: unknown };

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** @throws BadJson */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new BadJson(text, faultIn(text));
  }
}

/** Where the first thing stands that JSON does not allow there (RFC 8259). */
function faultIn(text: string): number {
  let at = 0;
  const take = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    const length = pattern.exec(text)?.[0].length;
    at += length ?? 0;
    return length !== undefined;
  };
  const space = () => take(/[ \t\n\r]*/y);
  const string = () => take(/"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/uy);
  const pair = (): boolean => string() && space() && take(/:/y) && value();
  const list = (item: () => boolean, end: RegExp): boolean => {
    space();
    if (take(end)) return true;
    do {
      space();
      if (!item()) return false;
      space();
    } while (take(/,/y));
    return take(end);
  };
  const value = (): boolean => {
    space();
    if (take(/\{/y)) return list(pair, /\}/y);
    if (take(/\[/y)) return list(value, /\]/y);
    return string() || take(/-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y);
  };
  if (value()) space();
  return at;
}
