import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { open } from "../../local/azure/template/deployment.ts";
import { plan } from "../../local/azure/template/evaluate.ts";
import { show } from "../../local/azure/template/interpret.ts";
import type { Value } from "../../local/azure/template/language.ts";
import type { Parameters, Scope, Template } from "../../local/azure/template/plan.ts";
import { findBicep, openBicep, type Snapshot } from "../../scripts/bicep-compiler.ts";

/**
 * The referee is `bicep snapshot`: Microsoft's own template engine, offline. The same template with the same
 * parameters must give the same resources, property by property, in the engine and in our evaluator.
 */
export const bicep = findBicep();
export const whySkipped = "no Bicep compiler here; `node scripts/bicep.ts --install` gets one";
if (bicep === undefined && process.env["CI"]) throw new Error(whySkipped);

export const subscriptionId = "00000000-0000-0000-0000-000000000001";
export const groupScope: Scope = {
  subscriptionId,
  tenantId: "00000000-0000-0000-0000-000000000009",
  resourceGroup: "openclaw-rg",
  location: "eastus2",
  deployment: "a-deployment",
};

interface Comparison {
  resources: number;
  properties: number;
  /** One line a difference: where, what the engine says, what we say. */
  differences: string[];
}

export interface Referee {
  compare(
    bicepFile: string,
    template: Template,
    values: Record<string, Value>,
    scope: Scope,
  ): Promise<Comparison>;
  /** Compiles a template that has no committed JSON. */
  compile(bicepFile: string): Promise<Template>;
  close(): Promise<void>;
}

export async function openReferee(path: string): Promise<Referee> {
  const session = openBicep(path);
  const folder = await mkdtemp(join(tmpdir(), "referee-"));
  let cases = 0;
  return {
    async compare(bicepFile, template, values, scope) {
      const file = join(folder, `case${++cases}.bicepparam`);
      const lines = Object.entries(values).map(([name, value]) => `param ${name} = ${literal(value)}`);
      await writeFile(file, [`using '${relative(folder, bicepFile)}'`, ...lines].join("\n"));
      const { deployment, ...rest } = scope;
      const theirs = await session.snapshot(file, { ...rest, deploymentName: deployment });
      return difference(theirs, ours(template, values, scope));
    },
    compile: (bicepFile) => session.compile(bicepFile),
    async close() {
      session.close();
      await rm(folder, { recursive: true });
    },
  };
}

function ours(template: Template, values: Record<string, Value>, scope: Scope): Snapshot {
  const parameters: Parameters = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, { value }]),
  );
  const { resources } = plan(template, parameters, scope);
  const outputs = open(template, values, scope, {
    now: undefined,
    groupLocation: () => scope.location,
  }).outputs();
  return {
    predictedResources: resources.map(({ id, type, name, apiVersion, body }) => ({
      id,
      type,
      name,
      apiVersion,
      ...body,
    })),
    outputs: Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, show(value)])),
  };
}

/** An expression that can't be worked out before resources exist. */
const isOpen = (leaf: string | undefined) => leaf?.startsWith('"[') === true && !leaf.startsWith('"[[');

/** Two modules may write the same resource, so each id counts its turns. Ids that are open can't be told apart beforehand. */
function byId(resources: Record<string, unknown>[]): Record<string, unknown> {
  const turns = new Map<unknown, number>();
  return Object.fromEntries(
    resources.map((resource) => {
      const id = String(resource["id"]).includes("[") ? `open: ${resource["type"]}` : resource["id"];
      const turn = turns.get(id) ?? 0;
      turns.set(id, turn + 1);
      return [`${id}#${turn}`, resource];
    }),
  );
}

function difference(theirs: Snapshot, mine: Snapshot): Comparison {
  const one = leaves({ resources: byId(theirs.predictedResources), outputs: theirs.outputs });
  const other = leaves({ resources: byId(mine.predictedResources), outputs: mine.outputs });
  // What the engine leaves open, an output of a module above all, we may know: there is nothing to compare.
  const open = [...one].filter(([, leaf]) => isOpen(leaf) || leaf.includes("/[")).map(([path]) => path);
  const paths = [...new Set([...one.keys(), ...other.keys()])].filter(
    (path) => !open.some((place) => path === place || path.startsWith(`${place} → `)),
  );
  return {
    resources: theirs.predictedResources.length,
    properties: one.size,
    differences: paths
      .filter((path) => one.get(path) !== other.get(path))
      .map((path) => `${path}\n  engine: ${one.get(path)}\n  ours:   ${other.get(path)}`),
  };
}

/** Every leaf by its path; empty objects and lists count as leaves. */
function leaves(value: unknown, path = "", into = new Map<string, string>()): Map<string, string> {
  const entries = typeof value === "object" && value !== null ? Object.entries(value) : [];
  if (entries.length === 0) into.set(path, JSON.stringify(value));
  for (const [key, item] of entries) leaves(item, `${path} → ${key}`, into);
  return into;
}

/** JSON as Bicep writes it. */
export function literal(value: unknown): string {
  if (typeof value === "string") {
    const escaped = value
      .replaceAll("\\", "\\\\")
      .replaceAll("'", "\\'")
      .replaceAll("\n", "\\n")
      .replaceAll("${", "\\${");
    return `'${escaped}'`;
  }
  if (Array.isArray(value)) return `[\n${value.map(literal).join("\n")}\n]`;
  if (typeof value === "object" && value !== null) {
    return `{\n${Object.entries(value)
      .map(([key, item]) => `${literal(key)}: ${literal(item)}`)
      .join("\n")}\n}`;
  }
  return String(value);
}
