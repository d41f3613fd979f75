import type { summaryOf } from "../azure/summary.ts";

/** The Azure simulator's own summary (`GET /_sim/state`). */
export type Summary = ReturnType<typeof summaryOf>;
type Row = Summary["groups"][number]["resources"][number];

/** What exists in Azure, in words for a person. */
export interface AzureView {
  groups: { name: string; resources: RowView[] }[];
  roles: RowView[];
  secrets: string[];
  deployments: (RowView & { done: number; total: number })[];
  calls: Summary["activity"];
  /** Kinds of faults that are turned on. */
  faults: string[];
  people: { id: string; name: string }[];
  machines: string[];
}

export interface RowView {
  id: string;
  name: string;
  about: string;
  state: string;
  tone: Tone;
}

type Tone = "good" | "busy" | "bad" | "off";

/** Arranges the summary for the page. */
export function azureView(summary: Summary): AzureView {
  const rows = summary.groups.flatMap(({ resources }) => resources);
  return {
    groups: summary.groups.map(({ name, resources }) => ({
      name,
      resources: resources
        .filter(({ type }) => !/\/securityRules$/i.test(type))
        .toSorted((a, b) => rank(a) - rank(b))
        .map((row) => resourceView(row, resources)),
    })),
    roles: summary.roleAssignments.map(({ principal, role, scope = "", effective }) => ({
      id: `${principal} ${role} ${scope}`,
      name: principal,
      about: `${role ?? "a role"} on ${scope.split("/").at(-1) || "everything"}`,
      state: effective ? "" : "not yet in effect",
      tone: effective ? "good" : "busy",
    })),
    secrets: summary.secrets.map(({ name, deleted }) => (deleted ? `${name} (deleted)` : name)),
    deployments: summary.deployments
      .toSorted((a, b) => b.startedAt.localeCompare(a.startedAt))
      .slice(0, 8)
      .map(({ name, status, steps, error }) => {
        const done = steps.filter((step) => step.status === "Succeeded").length;
        const about = [`${done} of ${steps.length} resources`, error].filter(Boolean).join(" · ");
        return { id: name, name, about, state: status, tone: toneOf(status), done, total: steps.length };
      }),
    calls: summary.activity.slice(0, 40),
    faults: summary.faults.map(({ kind }) => kind),
    people: summary.people.map(({ id, displayName }) => ({ id, name: displayName })),
    machines: rows.filter(({ type }) => kinds[0][0].test(type)).map(({ name }) => name),
  };
}

// In display order.
const kinds = [
  [/\/virtualMachines$/i, "Virtual machine"],
  [/\/extensions$/i, "Extension"],
  [/\/runCommands$/i, "Run command"],
  [/\/disks$/i, "Disk"],
  [/\/networkInterfaces$/i, "Network interface"],
  [/\/publicIPAddresses$/i, "Public IP"],
  [/\/networkSecurityGroups$/i, "Network rules"],
  [/\/userAssignedIdentities$/i, "Identity"],
  [/\/snapshots$/i, "Snapshot"],
  [/\/virtualMachineScaleSets$/i, "Scale set"],
  [/\/virtualNetworks$/i, "Network"],
  [/\/subnets$/i, "Subnet"],
  [/\/vaults$/i, "Key vault"],
] as const;

const rank = (row: Row) =>
  (kinds.findIndex(([type]) => type.test(row.type)) + kinds.length + 1) % (kinds.length + 1);

function resourceView(row: Row, all: readonly Row[]): RowView {
  const kind = kinds.find(([type]) => type.test(row.type))?.[1] ?? row.type.split("/").slice(1).join("/");
  const [name = "", parent] = row.name.split("/").toReversed();
  const view = { id: row.id, name, tone: toneOf(row.state) };
  const about = (...details: unknown[]) =>
    [kind, parent && `of ${parent}`, ...details].filter(Boolean).join(" · ");
  switch (kind) {
    case "Virtual machine": {
      const settled = row.state === "Succeeded";
      const tone = settled ? (row.power === "running" ? "good" : "off") : view.tone;
      const state = String(settled ? row.power : row.state);
      return { ...view, about: about(row.size), state, tone };
    }
    case "Disk": {
      const size = row.sizeGB === undefined ? "" : `${row.sizeGB} GB`;
      return row.attachedTo
        ? { ...view, about: about(size, `on ${row.attachedTo}`), state: "attached" }
        : { ...view, about: about(size), state: "not attached", tone: "off" };
    }
    case "Network rules": {
      const rules = all.filter(({ id }) =>
        id.toLowerCase().startsWith(`${row.id.toLowerCase()}/securityrules/`),
      );
      const open = rules.flatMap(({ rule }) => (rule?.startsWith("Inbound Allow ") ? [opened(rule)] : []));
      const tone = open.length > 0 ? "good" : "off";
      return { ...view, about: about(...open), state: open.length > 0 ? "open" : "closed", tone };
    }
    default:
      return { ...view, about: about(row.address), state: row.state === "Succeeded" ? "" : row.state };
  }
}

/** "Inbound Allow 203.0.113.7/32 → 22" as a sentence. */
function opened(rule: string): string {
  const [, from = "", port = ""] = /^Inbound Allow ([^→]*) → ([^→]*)$/.exec(rule) ?? [];
  return `port ${port || "?"} from ${from === "*" ? "everywhere" : from}`;
}

function toneOf(status: string): Tone {
  if (status === "Succeeded") return "good";
  return /fail/i.test(status) ? "bad" : /cancel/i.test(status) ? "off" : "busy";
}
