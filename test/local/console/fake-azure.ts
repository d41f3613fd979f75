import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Hono } from "hono";
import type { State } from "../../../local/azure/state.ts";
import { certificateIn } from "../../../local/certificate.ts";
import { people } from "../../../local/discord/people.ts";
import { serve } from "../../../local/serve.ts";

const group = "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/openclaw-rg";
const compute = `${group}/providers/Microsoft.Compute`;
const network = `${group}/providers/Microsoft.Network`;
const mia = "22222222-2222-4222-8222-000000000002";
const vmName = "openclaw-mia-7f3a";
const vmId = `${compute}/virtualMachines/${vmName}`;

const resource = (id: string, type: string, properties: object, rest: object = {}) => ({
  id,
  type,
  name: id.split("/").at(-1) ?? "",
  properties: { provisioningState: "Succeeded", ...properties },
  hidden: {},
  createdAt: 0,
  changedAt: 0,
  ...rest,
});

const resources = [
  resource(group, "Microsoft.Resources/resourceGroups", {}),
  resource(group.replace("openclaw-rg", "openclaw-backup-rg"), "Microsoft.Resources/resourceGroups", {}),
  resource(
    vmId,
    "Microsoft.Compute/virtualMachines",
    { hardwareProfile: { vmSize: "Standard_D2as_v5" } },
    { hidden: { power: "running" } },
  ),
  resource(
    `${compute}/disks/${vmName}-home`,
    "Microsoft.Compute/disks",
    { diskSizeGB: 64 },
    { managedBy: vmId, sku: { name: "StandardSSD_LRS" } },
  ),
  resource(`${network}/networkSecurityGroups/${vmName}-nsg`, "Microsoft.Network/networkSecurityGroups", {
    securityRules: [
      {
        name: "ssh",
        properties: {
          access: "Allow",
          direction: "Inbound",
          sourceAddressPrefix: "203.0.113.7/32",
          destinationPortRange: "22",
        },
      },
    ],
  }),
  resource(`${network}/publicIPAddresses/${vmName}-ip`, "Microsoft.Network/publicIPAddresses", {
    ipAddress: "20.0.113.10",
  }),
  resource(
    `${vmId}/providers/Microsoft.Authorization/roleAssignments/1`,
    "Microsoft.Authorization/roleAssignments",
    {
      principalId: mia,
      scope: vmId,
      roleDefinitionId:
        "/providers/Microsoft.Authorization/roleDefinitions/fb879df8-f326-4884-b1cf-06f3ad86be52",
    },
  ),
];

/** As much of the Azure simulator's control API as the console calls. It evaluates nothing: its state is written down here. */
export async function startFakeAzure() {
  const state = {
    resources: Object.fromEntries(resources.map((one) => [one.id.toLowerCase(), one])),
    deployments: {
      d: {
        name: "op-01J9",
        status: "Running",
        startedAt: 1,
        steps: [{ status: "Succeeded" }, { status: "Running" }, { status: "Waiting" }],
      },
    },
    secrets: { "openclaw-mia": { versions: [] }, "openclaw-shared": { versions: [] } },
    people: [
      { id: mia, userPrincipalName: "mia@contoso.com", displayName: people.mia.name },
      {
        id: "22222222-2222-4222-8222-000000000003",
        userPrincipalName: "max@contoso.com",
        displayName: people.max.name,
      },
    ],
    principals: {},
    faults: [] as State["faults"],
    activity: [
      {
        at: "2026-01-01T00:00:00Z",
        who: "bot",
        method: "PUT",
        path: `${vmId}?api-version=2026-03-01`,
        status: 201,
      },
      {
        at: "2026-01-01T00:00:01Z",
        who: "bot",
        method: "DELETE",
        path: vmId,
        status: 409,
        code: "AnotherOperationInProgress",
      },
    ],
  };
  const app = new Hono().basePath("/_sim");
  app.get("/state", (c) => c.json(state));
  app.post("/faults", async (c) => {
    const { kind } = (await c.req.json()) as Pick<State["faults"][number], "kind">;
    state.faults.push({ id: kind, kind });
    return c.json({ id: kind, kind });
  });
  app.delete("/faults", (c) => {
    state.faults = state.faults.filter(({ kind }) => kind !== c.req.query("kind"));
    return c.json([]);
  });
  app.post("/can-login", async (c) => {
    const { person, address, vm } = (await c.req.json()) as Record<string, string>;
    const allowed = person === mia && address === "203.0.113.7" && vm === vmName;
    return c.json({
      allowed,
      reason: allowed ? "role, rule and machine are in order" : "no network rule lets this address in",
    });
  });
  const tls = await certificateIn(mkdtempSync(join(tmpdir(), "azure-")), new Date());
  const server = await serve((request) => app.fetch(request), { port: 0, tls });
  return { address: { url: server.url, ca: tls.cert }, state, close: server.close };
}
