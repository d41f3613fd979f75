import { z } from "zod";

/** What exists in Azure, in the words of a person who looks at it. */
export interface AzureView {
  groups: { name: string; resources: ResourceView[] }[];
  deployments: { name: string; status: string; tone: Tone; done: number; total: number; error?: string }[];
  secrets: string[];
  calls: { at: string; who: string; method: string; path: string; status: number; code?: string }[];
  faults: { id: string; kind: string; times?: number }[];
  people: { id: string; name: string }[];
  machines: string[];
}

export interface ResourceView {
  id: string;
  name: string;
  /** E.g. "Virtual machine". */
  kind: string;
  state?: string;
  tone: Tone;
  details: string[];
}

export type Tone = "good" | "busy" | "bad" | "off";

const loose = z.record(z.string(), z.unknown()).catch({});
const listed = <T extends z.ZodType>(item: T) =>
  z.union([z.array(item), z.record(z.string(), item).transform((record) => Object.values(record))]).catch([]);

const resource = z.object({
  id: z.string(),
  name: z.string(),
  type: z.string(),
  properties: loose.default({}),
  hidden: loose.default({}),
  managedBy: z.string().optional(),
  sku: loose.optional(),
  instanceView: loose.optional(),
});
type Resource = z.infer<typeof resource>;

const state = z.object({
  resources: listed(resource),
  deployments: listed(
    z.object({
      name: z.string(),
      status: z.string(),
      steps: z.array(z.object({ status: z.string() })).default([]),
      error: z.object({ message: z.string() }).optional(),
      startedAt: z.number().default(0),
    }),
  ),
  secrets: z
    .union([
      z.array(z.union([z.string(), z.object({ name: z.string() }).transform(({ name }) => name)])),
      z.record(z.string(), z.unknown()).transform((record) => Object.keys(record)),
    ])
    .catch([]),
  activity: z
    .array(
      z.object({
        at: z.string(),
        who: z.string(),
        method: z.string(),
        path: z.string(),
        status: z.number(),
        code: z.string().optional(),
      }),
    )
    .catch([]),
  faults: z.array(z.object({ id: z.string(), kind: z.string(), times: z.number().optional() })).catch([]),
  people: z
    .array(z.object({ id: z.string(), displayName: z.string(), userPrincipalName: z.string() }))
    .catch([]),
  principals: listed(z.object({ id: z.string(), displayName: z.string() })),
});
type State = z.infer<typeof state>;

/** Arranges the simulator's state (`GET /_sim/state`) for the page; what is not known to the page is still listed. */
export function azureView(given: unknown): AzureView {
  const parsed = state.parse(given);
  const shown = parsed.resources.filter(({ type }) => !/resourcegroups$|\/subscriptions$/i.test(type));
  const groups = new Map<string, ResourceView[]>();
  for (const { id, type, name } of parsed.resources)
    if (/resourcegroups$/i.test(type)) groups.set(name || groupOf(id), []);
  for (const one of shown) {
    const group = groupOf(one.id);
    groups.set(group, [...(groups.get(group) ?? []), viewOf(one, parsed)]);
  }
  const order = (view: ResourceView) => kinds.findIndex(([, label]) => label === view.kind);
  return {
    groups: [...groups].map(([name, resources]) => ({
      name,
      resources: resources.toSorted((a, b) => order(a) - order(b)),
    })),
    deployments: parsed.deployments
      .toSorted((a, b) => b.startedAt - a.startedAt)
      .slice(0, 8)
      .map(({ name, status, steps, error }) => ({
        name,
        status,
        tone: toneOf(status),
        done: steps.filter((step) => step.status === "Succeeded").length,
        total: steps.length,
        ...(error ? { error: error.message } : {}),
      })),
    secrets: parsed.secrets,
    calls: parsed.activity
      .slice(-40)
      .reverse()
      .map(({ code, ...call }) => ({ ...call, ...(code ? { code } : {}) })),
    faults: parsed.faults.map(({ times, ...fault }) => ({
      ...fault,
      ...(times === undefined ? {} : { times }),
    })),
    people: parsed.people.map(({ id, displayName }) => ({ id, name: displayName })),
    machines: shown.filter(({ type }) => /\/virtualMachines$/i.test(type)).map(({ name }) => name),
  };
}

// In the order in which they are shown.
const kinds: readonly (readonly [type: RegExp, label: string])[] = [
  [/\/virtualMachines$/i, "Virtual machine"],
  [/\/extensions$/i, "Extension"],
  [/\/runCommands$/i, "Run command"],
  [/\/disks$/i, "Disk"],
  [/\/networkInterfaces$/i, "Network interface"],
  [/\/publicIPAddresses$/i, "Public IP"],
  [/\/networkSecurityGroups$/i, "Network rules"],
  [/\/userAssignedIdentities$/i, "Identity"],
  [/\/roleAssignments$/i, "Role assignment"],
  [/\/snapshots$/i, "Snapshot"],
  [/\/virtualMachineScaleSets$/i, "Scale set"],
  [/\/virtualNetworks$/i, "Network"],
  [/\/vaults$/i, "Key vault"],
];

function viewOf(one: Resource, all: State): ResourceView {
  const kind = kinds.find(([type]) => type.test(one.type))?.[1] ?? one.type.split("/").slice(1).join("/");
  const provisioning = text(one.properties["provisioningState"]);
  const base = { id: one.id, name: one.name, kind, details: [] as string[] };
  switch (kind) {
    case "Virtual machine": {
      const power = powerOf(one);
      const size = text(at(one.properties, "hardwareProfile", "vmSize"));
      const settled = provisioning === undefined || provisioning === "Succeeded";
      const tone = settled
        ? power === "running"
          ? "good"
          : power?.endsWith("ing")
            ? "busy"
            : "off"
        : toneOf(provisioning);
      return {
        ...base,
        state: [power, settled ? undefined : provisioning].filter(Boolean).join(", "),
        tone,
        details: size ? [size] : [],
      };
    }
    case "Disk":
      return {
        ...base,
        state: one.managedBy ? "attached" : "not attached",
        tone: one.managedBy ? "good" : "off",
        details: [`${text(one.properties["diskSizeGB"]) ?? "?"} GB ${text(one.sku?.["name"]) ?? ""}`.trim()],
      };
    case "Network rules": {
      const rules = openRules(one);
      return {
        ...base,
        state: rules.length > 0 ? "open" : "closed",
        tone: rules.length > 0 ? "good" : "off",
        details: rules,
      };
    }
    case "Role assignment": {
      const who = text(one.properties["principalId"]) ?? "";
      const person = all.people.find(({ id }) => id === who)?.displayName;
      const name = person ?? all.principals.find(({ id }) => id === who)?.displayName ?? who;
      const scope =
        text(one.properties["scope"]) ?? one.id.split("/providers/Microsoft.Authorization")[0] ?? "";
      const role =
        roles[(text(one.properties["roleDefinitionId"]) ?? "").split("/").at(-1) ?? ""] ?? "another role";
      return { ...base, name, tone: "good", details: [`${role} on ${scope.split("/").at(-1)}`] };
    }
    case "Public IP":
      return {
        ...base,
        tone: toneOf(provisioning),
        details: [text(one.properties["ipAddress"]) ?? ""].filter(Boolean),
      };
    default:
      return { ...base, ...(provisioning ? { state: provisioning } : {}), tone: toneOf(provisioning) };
  }
}

// Azure built-in roles, Microsoft Learn, 2026-01.
const roles: Record<string, string> = {
  "1c0163c0-47e6-4577-8991-ea5c82e286e4": "Virtual Machine Administrator Login",
  "fb879df8-f326-4884-b1cf-06f3ad86be52": "Virtual Machine User Login",
  "b86a8fe4-44ce-4948-aee5-eccb2c155cd7": "Key Vault Secrets Officer",
  "4633458b-17de-408a-b874-0445c86b69e6": "Key Vault Secrets User",
  "acdd72a7-3385-48ef-bd42-f606fba81ae7": "Reader",
  "b24988ac-6180-42a0-ab88-20f7382dd24c": "Contributor",
  "9980e02c-c2be-4d73-94e8-173b1dc7cf3c": "Virtual Machine Contributor",
  "f1a07417-d97a-45cb-824c-7a7467783830": "Managed Identity Operator",
};

/** From the instance view, or from what the simulator keeps beside the resource. */
function powerOf(one: Resource): string | undefined {
  const statuses = at(one.instanceView ?? one.properties["instanceView"], "statuses");
  const codes = Array.isArray(statuses) ? statuses.map((status) => text(at(status, "code")) ?? "") : [];
  return (
    codes.find((code) => code.startsWith("PowerState/"))?.slice("PowerState/".length) ??
    text(one.hidden["power"])
  );
}

function openRules(group: Resource): string[] {
  const rules = group.properties["securityRules"];
  return (Array.isArray(rules) ? rules : [])
    .map(
      (rule: unknown) =>
        ({ ...loose.parse(rule), ...loose.parse(at(rule, "properties")) }) as Record<string, unknown>,
    )
    .filter((rule) => rule["access"] === "Allow" && rule["direction"] === "Inbound")
    .map((rule) => {
      const many = rule["sourceAddressPrefixes"];
      const from =
        Array.isArray(many) && many.length > 0 ? many.join(", ") : (text(rule["sourceAddressPrefix"]) ?? "?");
      return `port ${text(rule["destinationPortRange"]) ?? "?"} from ${from === "*" ? "everywhere" : from}`;
    });
}

function toneOf(status: string | undefined): Tone {
  if (status === undefined || status === "Succeeded") return "good";
  return /fail/i.test(status) ? "bad" : /cancel/i.test(status) ? "off" : "busy";
}

const groupOf = (id: string) => /\/resourceGroups\/([^/]+)/i.exec(id)?.[1] ?? "Subscription";

function at(value: unknown, ...path: string[]): unknown {
  return path.reduce<unknown>((node, key) => loose.parse(node)[key], value);
}

const text = (value: unknown): string | undefined =>
  typeof value === "string" || typeof value === "number" ? String(value) : undefined;
