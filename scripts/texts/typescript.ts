import { type Argument, type Expression, parseSync, type TemplateLiteral, Visitor } from "oxc-parser";
import { spoken } from "./markup.ts";
import { commentsOf, isProse, lineOf, oneLine, type Text } from "./text.ts";

type Node = Argument | Expression;

/** The texts of a TypeScript source: prose in literals and templates, titles of tests, comments. */
export function textsOfTypeScript(file: string, source: string): readonly Text[] {
  const { program, comments, errors } = parseSync(file, source);
  if (errors.length > 0) throw new Error(`${file} can't be read: ${errors[0]?.message}`);
  const at = lineOf(source);
  const literals: { readonly start: number; readonly text: string }[] = [];
  /** By where it starts: what is no text, and what is a title. */
  const [types, titles] = [new Set<number>(), new Set<number>()];
  const variables = new Map<string, Node>();
  const rows: Node[] = [];
  new Visitor({
    TSLiteralType: ({ literal }) => void types.add(literal.start),
    VariableDeclarator({ id, init }) {
      if (id.type === "Identifier" && init) variables.set(id.name, init);
    },
    CallExpression({ callee, arguments: [first] }) {
      if (!first || !/^(it|describe|test|\w+Test)$/.test(rootOf(callee) ?? "")) return;
      titles.add(first.start);
      if (callee.type === "MemberExpression" && /\.(each|for)$/.test(source.slice(callee.start, callee.end)))
        rows.push(first);
    },
    TaggedTemplateExpression({ tag, quasi }) {
      if (tag.type === "Identifier" && tag.name === "html") {
        types.add(quasi.start);
        literals.push(...spoken(written(quasi)).map((text) => ({ start: quasi.start, text })));
      }
    },
    Literal({ value, start }) {
      if (typeof value === "string" && !types.has(start)) literals.push({ start, text: value });
    },
    TemplateLiteral(node) {
      if (!types.has(node.start)) literals.push({ start: node.start, text: written(node) });
    },
  }).visit(program);
  for (const row of rows) for (const start of labelsOf(row, variables)) titles.add(start);
  return [
    ...literals
      .filter(({ text }) => isProse(text))
      .map(({ start, text }): Text => {
        const kind = titles.has(start) ? "title" : "text";
        return { line: at(start), kind, text: oneLine(text) };
      }),
    ...commentsOf(
      source,
      comments.map(({ type, start, end, value }) => ({
        start,
        end,
        text: value.replace(/^[\t ]*\*+/gm, " "),
        open: type === "Line",
      })),
    ),
  ];
}

/** A template with `{…}` for what is filled in. */
const written = ({ quasis }: TemplateLiteral): string =>
  quasis.map(({ value }) => value.cooked ?? value.raw).join("{…}");

/** By what name something is called in the end: `test` of `test.skipIf(slow).each(rows)`. */
function rootOf(callee: Expression): string | undefined {
  if (callee.type === "Identifier") return callee.name;
  if (callee.type === "MemberExpression") return rootOf(callee.object);
  return callee.type === "CallExpression" ? rootOf(callee.callee) : undefined;
}

/** Where the labels of a table of tests are: its texts, or the first one of each row. */
function labelsOf(table: Node, variables: ReadonlyMap<string, Node>): readonly number[] {
  if (table.type === "TSAsExpression") return labelsOf(table.expression, variables);
  if (table.type === "Identifier") {
    const value = variables.get(table.name);
    return value && value.type !== "Identifier" ? labelsOf(value, variables) : [];
  }
  if (table.type !== "ArrayExpression") return [];
  return table.elements.flatMap((row) => {
    const label = row?.type === "ArrayExpression" ? row.elements[0] : row;
    return label ? [label.start] : [];
  });
}
