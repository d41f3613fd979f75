import { invalid, within } from "./errors.ts";
import { evaluate, show } from "./interpret.ts";
import type { Expression, ObjectValue, Value } from "./language.ts";
import type { Deployment, Entry } from "./opened.ts";
import type { PlannedResource, Read } from "./plan.ts";
import { expressionOf, mapOpen, openParts } from "./value.ts";

interface Node {
  entry: Entry;
  deploymentId: string;
  body: ObjectValue;
  after: Set<Node>;
}

/** Fills in open values, now that resources can be read. */
export function fill(value: Value, read: Read): Value {
  return mapOpen(value, (part) =>
    within("The template", () =>
      evaluate(expressionOf(part), { functions: {}, loops: {}, lambdas: {}, read }),
    ),
  );
}

/** The resources of a deployment and all nested ones, in dependency order. */
export function flatten(deployment: Deployment): PlannedResource[] {
  const nodes = collect(deployment, []);
  for (const node of nodes) {
    const ids = new Set(openParts(node.body).flatMap((part) => referenced(expressionOf(part))));
    for (const other of nodes)
      if (other !== node && ids.has(other.entry.id().toLowerCase())) node.after.add(other);
  }
  return inOrder(nodes).map(plannedResource);
}

/** The nodes of every entry, each with the nodes that come before it. `before` precedes the whole deployment. */
function collect(deployment: Deployment, before: Node[]): Node[] {
  const done = new Map<Entry, Node[] | "busy">();
  const all: Node[] = [];
  /** The nodes that represent an entry: itself, a nested deployment's, or, for one that isn't created, whatever it waits for. */
  const nodesOf = (entry: Entry): Node[] => {
    const known = done.get(entry);
    if (known === "busy") throw circular(entry);
    if (known !== undefined) return known;
    done.set(entry, "busy");
    const after = [
      ...before,
      ...entry.dependsOn().flatMap((name) => named(deployment, name).flatMap(nodesOf)),
    ];
    const own = make(entry, after);
    const standing = own.length > 0 ? own : after;
    done.set(entry, standing);
    return standing;
  };
  const make = (entry: Entry, after: Node[]): Node[] => {
    if (entry.existing || !entry.wanted()) return [];
    const nested = entry.nested();
    const own: Node[] =
      nested === undefined
        ? [{ entry, deploymentId: deployment.id, body: entry.body(), after: new Set(after) }]
        : collect(nested, after);
    all.push(...own);
    return own;
  };
  for (const entry of deployment.entries) nodesOf(entry);
  return all;
}

/** What a `dependsOn` item means: a symbol, all turns of a loop, an id or a name. */
function named({ entries }: Deployment, wanted: string): Entry[] {
  const lower = wanted.toLowerCase();
  const bySymbol = entries.filter(
    ({ symbol, loop }) => symbol === wanted || loop === wanted || symbol.replace(/\[\d+\]$/, "") === wanted,
  );
  if (bySymbol.length > 0) return bySymbol;
  const byName = entries.filter(
    (entry) => entry.id().toLowerCase() === lower || entry.name().toLowerCase() === lower,
  );
  if (byName.length > 0) return byName;
  throw invalid(
    `The resource '${wanted}' is not defined in the template. Please see https://aka.ms/arm-syntax for usage details.`,
  );
}

/** The ids that an open expression reads, in lower case. */
function referenced(expression: Expression): string[] {
  switch (expression.kind) {
    case "literal":
      return openParts(expression.value).flatMap((part) => referenced(expressionOf(part)));
    case "access":
      return [...referenced(expression.of), ...referenced(expression.key)];
    case "call": {
      const [first] = expression.args;
      const own =
        expression.name === "reference" && first?.kind === "literal"
          ? [String(first.value).toLowerCase()]
          : [];
      return [...own, ...expression.args.flatMap(referenced)];
    }
  }
}

const circular = (entry: Entry) =>
  invalid(
    `Circular dependency detected on resource: '${entry.id()}'. Please see https://aka.ms/arm-syntax-resources for usage details.`,
  );

function inOrder(nodes: Node[]): Node[] {
  const result = new Set<Node>();
  const path = new Set<Node>();
  const visit = (node: Node) => {
    if (result.has(node)) return;
    if (path.has(node)) throw circular(node.entry);
    path.add(node);
    for (const before of node.after) visit(before);
    result.add(node);
  };
  for (const node of nodes) visit(node);
  return [...result];
}

function plannedResource({ entry, deploymentId, body, after }: Node): PlannedResource {
  const { location } = body;
  return {
    id: entry.id(),
    type: entry.type,
    name: entry.name(),
    apiVersion: entry.apiVersion,
    ...(typeof location === "string" && { location }),
    body: show(body) as ObjectValue,
    dependsOn: [...new Set([...after].map((node) => node.entry.id()))].filter((id) => id !== entry.id()),
    onlyIfNotExists: entry.onlyIfNotExists,
    deploymentId,
    resolve: (read) => fill(body, read) as ObjectValue,
    resolveId: (read) => entry.resolveId((value) => fill(value, read)),
  };
}
