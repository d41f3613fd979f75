import { createHash } from "node:crypto";
import { subscribe } from "node:diagnostics_channel";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { azureCloud } from "../../../bot/cloud/azure.ts";
import { bucketsBy } from "../../../bot/cloud/buckets.ts";
import type { Action, Cloud } from "../../../bot/core/cloud.ts";
import instanceTemplate from "../../../infra/instance.json" with { type: "json" };
import { type Answer, anyToken, cannedServer } from "./canned.ts";

/** An action that is over asks nothing more of Azure: no call after the one that is under way, and nothing once more. */
let server: Awaited<ReturnType<typeof cannedServer>>;
let cloud: Cloud;
beforeAll(async () => {
  server = await cannedServer();
  cloud = azureCloud({
    credential: anyToken,
    endpoint: server.url,
    scope: "any/.default",
    vault: { url: server.url, id: "/vault" },
    readsSecret: undefined,
    bootIdentityId: "/subscriptions/s/identity",
    scaleSetId: "/subscriptions/s/scale-set",
    attachToScaleSet: true,
    subnetId: "/subscriptions/s/subnet",
    location: "eastus2",
    adminUsername: "azureuser",
    breakGlassPublicKey: undefined,
    openclawPort: 18789,
    homeDisk: { sizeGb: 30, sku: "StandardSSD_LRS" },
    backupGroup: "backups",
    archive: undefined,
    extras: false,
    environment: "test",
    buckets: bucketsBy({ now: () => new Date() }, 1),
    scripts: { ready: "", endSessions: "", named: { ...scripts } },
    randomBytes: (count) => new Uint8Array(count).fill(7),
  });
});
afterAll(() => server.close());

const scripts = { doctor: "", quiesce: "", "apply-config": "", "refresh-secrets": "", logs: "" };
const template = createHash("sha256").update(JSON.stringify(instanceTemplate)).digest("hex");
const place = { subscription: "s", resourceGroup: "g" };
const at = "2026-11-22T10:00:00.000Z";
const owner = { key: "bbbbbbbbbb", objectId: "o" };
const all: { readonly [D in Action["do"]]: Omit<Extract<Action, { do: D }>, "do"> } = {
  createSecret: {},
  emptySecret: {},
  deployIdentity: { deployment: "d", ownerName: "Mia" },
  grantSecret: { principalId: "p" },
  pin: { size: "Standard_B2als_v2", networkPolicy: "locked", gate: "gate" },
  deployInstance: {
    deployment: "d",
    generation: "g",
    gate: "gate",
    pins: { size: "s", imageVersion: "1", sshPublicKey: "k", homeDisk: "create", template },
    identity: { id: "i", clientId: "c" },
    owner: { objectId: "o", name: "Mia", loginRole: "user" },
  },
  cancelDeployment: { deployment: "d" },
  start: {},
  deallocate: {},
  restart: {},
  checkSize: { size: "Standard_B2als_v2", replacing: undefined },
  checkBuild: { size: "Standard_B2als_v2", replacing: "Standard_B2als_v2" },
  resize: { size: "Standard_B2als_v2" },
  deleteEntraLogin: {},
  checkGateway: { run: "r", seconds: 60, at },
  endSessions: { run: "r", except: [], at },
  runScript: { run: "r", script: "doctor", input: {}, seconds: 60, at },
  deleteRun: { run: "r" },
  allowSsh: { from: ["203.0.113.7"], found: [] },
  grantLogins: { owner: { objectId: "o", loginRole: "user" } },
  revoke: { roles: ["/subscriptions/s/assignment"] },
  repairSignIn: { tag: "t" },
  delete: { part: "homeDisk" },
  tagHomeDisk: { tags: {} },
  snapshot: { name: "n", kind: "manual", owner, expires: at, madeAfterQuiesce: false },
  giveSnapshot: { name: "n", owner, expires: at },
  deleteSnapshot: { name: "n" },
};
const actions = Object.entries(all).map(([name, rest]) => [name, { do: name, ...rest } as Action] as const);

const error = (status: number, code: string): Answer => ({
  status,
  body: { error: { code, message: "\u2026" } },
});
const thing = {
  id: "/x",
  tags: { generation: "g" },
  value: [],
  properties: { principalId: "p", clientId: "c", provisioningState: "Failed" },
};
const worlds: readonly (readonly [string, (method: string) => Answer])[] = [
  ["everything is there", () => ({ status: 200, body: thing })],
  ["nothing is", (method) => (method === "GET" ? error(404, "ResourceNotFound") : { status: 200, body: {} })],
  [
    "nothing may be deleted",
    (method) => (method === "DELETE" ? error(403, "Forbidden") : { status: 200, body: thing }),
  ],
];

/** How many requests have left this process: one that has may arrive later than another one's answer. */
let left = 0;
subscribe("http.client.request.start", () => {
  left += 1;
});

/** How many requests an action makes before it ends; its signal comes while the n-th of them is under way. */
async function ended(action: Action, answer: (method: string) => Answer, n: number) {
  const ending = new AbortController();
  let [count, before] = [0, 0];
  left = 0;
  server.answerBy(async (url, method) => {
    count += 1;
    // Image versions are a list and nothing around it.
    if (count !== n)
      return url.includes("/artifacttypes/") ? { status: 200, body: [{ name: "1" }] } : answer(method);
    ending.abort();
    before = left;
    return answer(method);
  });
  const outcome = await cloud
    .act("aaaaaaaaaa", place, action, ending.signal)
    .then(() => "done")
    .catch((thrown: { code?: string }) => thrown.code);
  if (before > 0) await sleep(20);
  return { outcome, isOver: before > 0, before, after: left };
}

describe.each(worlds)("where %s", (_, answer) => {
  it.each(actions)("%s ends with its signal, whichever request is under way", async (_name, action) => {
    for (let n = 1; ; n += 1) {
      const { isOver, before, after, outcome } = await ended(action, answer, n);
      if (!isOver) {
        // It has asked for something, so that there was something to end, unless it failed by itself before.
        expect(after).toBeGreaterThan(0);
        if (outcome === "done") expect(n).toBeGreaterThan(1);
        break;
      }
      expect(after).toBe(before);
      expect(outcome).toBe("Timeout");
    }
  });
});

describe("nothing is asked once more", () => {
  it.each<Action["do"]>(["createSecret", "start", "allowSsh", "grantSecret", "cancelDeployment"])(
    "of what Azure has failed to do: %s",
    async (name) => {
      const [, action] = actions.find(([known]) => known === name) ?? expect.unreachable();
      const ending = new AbortController();
      server.answer(error(500, "InternalServerError"));
      const acting = cloud.act("aaaaaaaaaa", place, action, ending.signal);
      const outcome = expect(acting).rejects.toMatchObject({ code: "Timeout", status: 0 });
      while (server.requests.length === 0) await sleep(1);
      await sleep(20);
      ending.abort();
      await outcome;
      await sleep(300);
      expect(server.requests).toHaveLength(1);
    },
  );

  it("and nothing at all by one whose time was over before it started", async () => {
    server.answer({ status: 200, body: thing });
    for (const [, action] of actions)
      await expect(cloud.act("aaaaaaaaaa", place, action, AbortSignal.abort())).rejects.toMatchObject({
        code: "Timeout",
      });
    expect(server.requests).toEqual([]);
  });
});
