import { parseSync } from "oxc-parser";

/** A function of a source, however it is written. */
export interface Length {
  /** Its own name, or that of what it is given to; empty: of nothing. */
  readonly name: string;
  readonly lines: number;
}

/** How many lines each function of a source has, from its first word to its last brace. */
export function functionsOf(file: string, source: string): readonly Length[] {
  const { program, errors } = parseSync(file, source);
  if (errors.length > 0) throw new Error(`${file} can't be read: ${errors[0]?.message}`);
  return found(program, "", source);
}

export const linesOf = (source: string): number => source.replace(/\n$/, "").split("\n").length;

function found(part: unknown, around: string, source: string): readonly Length[] {
  if (Array.isArray(part)) return part.flatMap((one) => found(one, around, source));
  if (!isNode(part)) return [];
  const name = nameOf(part) ?? around;
  const within = Object.values(part).flatMap((one) => found(one, name, source));
  return isFunction(part)
    ? [{ name, lines: linesOf(source.slice(part.start, part.end)) }, ...within]
    : within;
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

const isNode = (part: unknown): part is Node =>
  typeof part === "object" && part !== null && "type" in part && "start" in part;

/** One that has a body: not the type of one. */
const isFunction = (node: Node): boolean =>
  /Function/.test(node.type) && "body" in node && node.body !== null && node.body !== undefined;

/** What a declaration, a variable or a property is called. */
function nameOf(node: Node): string | undefined {
  const named: unknown = ("id" in node && node.id) || ("key" in node && node.key);
  return isNode(named) && "name" in named && typeof named.name === "string" ? named.name : undefined;
}
