import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Hono } from "hono";
import type { Fault } from "../../../local/azure/faults.ts";
import { certificateIn } from "../../../local/certificate.ts";
import type { Summary } from "../../../local/console/azure-view.ts";
import { people } from "../../../local/discord/people.ts";
import { serve } from "../../../local/serve.ts";

const subscription = "11111111-1111-4111-8111-111111111111";
const group = `/subscriptions/${subscription}/resourceGroups/openclaw-rg`;
const mia = "22222222-2222-4222-8222-000000000002";
const vm = "openclaw-mia";
const vmId = `${group}/providers/Microsoft.Compute/virtualMachines/${vm}`;
const nsg = `Microsoft.Network/networkSecurityGroups`;

const row = (type: string, name: string, rest: object = {}) => ({
  id: `${group}/providers/${type.replace("/securityRules", "")}/${name.replace("/", "/securityRules/")}`,
  name,
  type,
  location: "westeurope",
  tags: {},
  state: "Succeeded",
  ...rest,
});
const step = (name: string, status: "Succeeded" | "Running" | "Waiting") => ({
  name,
  type: "",
  status,
  error: undefined,
});
const person = (id: string, displayName: string) => ({
  id,
  displayName,
  userPrincipalName: `${displayName.slice(0, 3).toLowerCase()}@contoso.com`,
  accountEnabled: true,
  userType: "Member" as const,
});

/** As much of the Azure simulator's control API as the console calls. It evaluates nothing: its state is written down here. */
export async function startFakeAzure() {
  const state = {
    now: "2026-01-01T00:00:00Z",
    speed: 1,
    subscription,
    tenant: "33333333-3333-4333-8333-333333333333",
    groups: [
      {
        name: "openclaw-rg",
        location: "westeurope",
        resources: [
          row("Microsoft.Compute/disks", `${vm}-home`, { attachedTo: vm, sizeGB: 64 }),
          row("Microsoft.Compute/virtualMachines", vm, { power: "running", size: "Standard_D2as_v5" }),
          row(nsg, `${vm}-nsg`),
          row(`${nsg}/securityRules`, `${vm}-nsg/ssh`, {
            rule: "Inbound Allow 203.0.113.7/32 → 22",
            priority: 100,
          }),
          row("Microsoft.Network/publicIPAddresses", `${vm}-ip`, { address: "20.0.113.10" }),
        ],
      },
      { name: "openclaw-backup-rg", location: "westeurope", resources: [] },
    ],
    deployments: [
      {
        name: "op-01J9",
        group: "openclaw-rg",
        status: "Running",
        startedAt: "2026-01-01T00:00:00Z",
        endedAt: undefined,
        steps: [step("ip", "Succeeded"), step("nic", "Running"), step("vm", "Waiting")],
        error: undefined,
      },
    ],
    roleAssignments: [
      {
        principal: people.mia.name,
        role: "Virtual Machine User Login",
        scope: vmId,
        conditional: false,
        effective: true,
      },
    ],
    secrets: [
      { name: "openclaw-mia", versions: 0, deleted: false },
      { name: "openclaw-shared", versions: 1, deleted: false },
    ],
    people: [person(mia, people.mia.name), person("22222222-2222-4222-8222-000000000003", people.max.name)],
    faults: [] as Fault[],
    activity: [
      { at: "2026-01-01T00:00:01Z", who: "bot", method: "DELETE", path: vmId, status: 409, code: "Conflict" },
      {
        at: "2026-01-01T00:00:00Z",
        who: "bot",
        method: "PUT",
        path: `${vmId}?api-version=2026-04-01`,
        status: 201,
      },
    ],
  } satisfies Summary;
  const app = new Hono().basePath("/_sim");
  app.get("/state", (c) => c.json(state));
  app.post("/faults", async (c) => {
    const { kind, clear } = (await c.req.json()) as { kind?: Fault["kind"]; clear?: Fault["kind"] };
    state.faults = state.faults.filter((fault) => fault.kind !== clear);
    if (kind) state.faults.push({ id: kind, kind });
    return c.json({});
  });
  app.post("/can-login", async (c) => {
    const asked = (await c.req.json()) as Record<string, string>;
    const allowed = asked["person"] === mia && asked["address"] === "203.0.113.7" && asked["vm"] === vm;
    return c.json({ allowed, reason: allowed ? "Mia Member can sign in" : `no login role on ${vmId}` });
  });
  const tls = await certificateIn(mkdtempSync(join(tmpdir(), "azure-")), new Date());
  const server = await serve((request) => app.fetch(request), { port: 0, tls });
  return { address: { url: server.url, ca: tls.cert }, state, close: server.close };
}
