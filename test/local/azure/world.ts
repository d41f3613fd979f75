import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { AuthorizationManagementClient } from "@azure/arm-authorization";
import { ComputeManagementClient } from "@azure/arm-compute";
import { NetworkManagementClient } from "@azure/arm-network";
import { ResourceManagementClient } from "@azure/arm-resources";
import { DeploymentsClient } from "@azure/arm-resourcesdeployments";
import type { TokenCredential } from "@azure/identity";
import { SecretClient } from "@azure/keyvault-secrets";
import type { Clock } from "../../../bot/core/clock.ts";
import { botEnvironment, operatorEnvironment } from "../../../local/azure/environment.ts";
import { startAzure } from "../../../local/azure/start.ts";
import type { Limits } from "../../../local/azure/throttling/limits.ts";
import { certificateIn } from "../../../local/certificate.ts";
import { recorder } from "../../recording.ts";
import { noteSecrets } from "../../secretsInPlay.ts";

export type World = Awaited<ReturnType<typeof startWorld>>;
export const group = "openclaw-rg";
const key = "mia0000001";
export const vm = `openclaw-${key}`;
export const location = "eastus2";

/** One for the whole file: what trusts certificates looks once. */
const certificates = mkdtempSync(join(tmpdir(), "azure-tls-"));
const certificate = certificateIn(certificates, new Date()).then((tls) => {
  // Nothing reads the file, and a worker of vitest ends without an exit that could be heard.
  rmSync(certificates, { recursive: true });
  setDefaultCACertificates([...getCACertificates(), tls.cert]);
  return tls;
});

/** The simulator with a clock that stands still, unless another is given, and the real SDKs pointed at it. */
export async function startWorld({
  speed = 1,
  clock,
  limits,
}: {
  speed?: number;
  clock?: Clock;
  limits?: Limits;
} = {}) {
  const folder = mkdtempSync(join(tmpdir(), "azure-"));
  const recording = join(folder, "traffic.ndjson");
  const time = { now: new Date("2030-01-01T00:00:00Z") };
  const tls = await certificate;
  const options = (port: number, atSpeed = speed) => ({
    port,
    stateFile: join(folder, "azure.json"),
    tls,
    clock: clock ?? { now: () => time.now },
    speed: atSpeed,
    ...(limits ? { limits } : {}),
    record: recorder(recording),
  });
  let azure = await startAzure(options(0));
  const port = Number(new URL(azure.url).port);
  const env = botEnvironment(azure);
  const credentialOf = (header: string): TokenCredential => ({
    async getToken(scopes) {
      const resource = [scopes].flat()[0]?.replace(/\/\.default$/, "") ?? "";
      const url = `${azure.url}/identity/token?api-version=2019-08-01&resource=${encodeURIComponent(resource)}`;
      const answer = await fetch(url, { headers: { "x-identity-header": header } });
      const { access_token: token } = (await answer.json()) as { access_token: string };
      return { token, expiresOnTimestamp: Date.now() + 3_600_000 };
    },
  });
  const clientsOf = (credential: TokenCredential) => {
    const subscription = env.AZURE_SUBSCRIPTION_ID;
    const endpoint = azure.url;
    // One, since a restart cuts the connections that are kept.
    const retryOptions = { maxRetries: 1, retryDelayInMs: 1 };
    const scopes = ["https://management.azure.com/.default"];
    const newer = { endpoint, retryOptions, credentials: { scopes } };
    const older = { endpoint, retryOptions, credentialScopes: scopes };
    return {
      credential,
      compute: new ComputeManagementClient(credential, subscription, newer),
      deployments: new DeploymentsClient(credential, subscription, newer),
      resources: new ResourceManagementClient(credential, subscription, newer),
      network: new NetworkManagementClient(credential, subscription, older),
      authorization: new AuthorizationManagementClient(credential, subscription, older),
      secrets: new SecretClient(azure.url, credential, {
        disableChallengeResourceVerification: true,
        retryOptions,
      }),
    };
  };
  const bot = clientsOf(credentialOf(env.IDENTITY_HEADER));
  const operator = clientsOf(credentialOf(operatorEnvironment(azure).IDENTITY_HEADER));
  const personId = (name: string) => azure.people.list().find((p) => p.displayName === name)?.id ?? "";
  const member = { key, ownerName: "Mia Member" };

  const world = {
    get azure() {
      return azure;
    },
    env,
    bot,
    operator,
    recording,
    personId,
    /** Real time passes; nothing happens until somebody asks. */
    pass(seconds: number) {
      time.now = new Date(time.now.getTime() + seconds * 1000);
    },
    /** A poller taken to its end, with time passing between the looks. */
    async through<T>(poller: Poller<T> | Promise<Poller<T>>): Promise<T> {
      // The newer pollers are promises of their end: awaiting one would wait for it.
      const begun = "poll" in poller ? poller : await poller;
      if ("submitted" in begun) await begun.submitted?.();
      while (!(typeof begun.isDone === "function" ? begun.isDone() : begun.isDone)) {
        world.pass(10);
        await begun.poll();
      }
      const result = "getResult" in begun ? begun.getResult?.() : begun.result;
      return result as T;
    },
    id: (type: string, name: string) =>
      `/subscriptions/${env.AZURE_SUBSCRIPTION_ID}/resourceGroups/${group}/providers/${type}/${name}`,
    /** Starts a deployment and does not wait. */
    async begin(name: string, template: string, parameters: Record<string, unknown>, clients = bot) {
      const values = Object.fromEntries(Object.entries(parameters).map(([k, value]) => [k, { value }]));
      const properties = { mode: "Incremental" as const, template: compiled(template), parameters: values };
      const poller = clients.deployments.deployments.createOrUpdate(group, name, { properties });
      await poller.submitted();
    },
    /** How a deployment goes, `seconds` later. */
    async look(name: string, seconds = 0) {
      world.pass(seconds);
      return bot.deployments.deployments.get(group, name);
    },
    /** Mia's identity and everything that her VM needs as parameters. */
    async memberParameters() {
      await world.begin(`member-${key}`, "member", member);
      const { outputs } = (await world.look(`member-${key}`, 5)).properties ?? {};
      const { id, clientId } = outputs as { id: { value: string }; clientId: { value: string } };
      const boot = await operator.resources.resources.getById(env.BOOT_IDENTITY_ID, "2024-11-30");
      return {
        ...member,
        generation: "op-1",
        gateName: "ready",
        ownerObjectId: personId("Mia Member"),
        sshPublicKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFm1",
        imageVersion: "24.04.202608010",
        scaleSetId: env.SCALE_SET_ID,
        subnetId: env.SUBNET_ID,
        memberIdentityId: id.value,
        memberIdentityClientId: clientId.value,
        bootIdentityId: env.BOOT_IDENTITY_ID,
        bootIdentityClientId: boot.properties?.["clientId"] ?? "",
        keyVaultUri: env.KEY_VAULT_URL,
      };
    },
    /** Mia's instance, ready. */
    async instance(more: Record<string, unknown> = {}) {
      await world.begin("instance", "instance", { ...(await world.memberParameters()), ...more });
      return world.look("instance", 300);
    },
    power: async () => {
      const view = await bot.compute.virtualMachines.instanceView(group, vm);
      return view.statuses?.find(({ code }) => code?.startsWith("PowerState/"))?.code?.slice(11);
    },
    /** Lets Mia's SSH rule admit the address. */
    open: (address: string) =>
      world.through(
        bot.network.securityRules.beginCreateOrUpdate(group, `${vm}-nsg`, "ssh", {
          ...{ priority: 100, direction: "Inbound", access: "Allow", protocol: "Tcp" },
          ...{ sourceAddressPrefix: address, sourcePortRange: "*" },
          ...{ destinationAddressPrefix: "*", destinationPortRange: "22" },
        }),
      ),
    /** The names of what exists of these types. */
    names: (pattern: RegExp) =>
      azure
        .resources()
        .filter(({ type }) => pattern.test(type))
        .map(({ name }) => name)
        .sort(),
    /** A call without an SDK; the answer's status, headers and body. */
    async raw(method: string, path: string, body?: unknown, as: TokenCredential = bot.credential) {
      const token = await as.getToken("https://management.azure.com/.default");
      const [, namespace] = /\/providers\/([^/]+)\/[^?]*$/.exec(path) ?? [];
      const newest =
        namespace === undefined
          ? "2025-04-01"
          : namespace === "Microsoft.Resources"
            ? "2026-06-01"
            : "2026-03-01";
      const version = path.includes("api-version=")
        ? ""
        : `${path.includes("?") ? "&" : "?"}api-version=${newest}`;
      const answer = await fetch(`${azure.url}${path}${version}`, {
        method,
        headers: { authorization: `Bearer ${token?.token}`, "content-type": "application/json" },
        ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      });
      const text = await answer.text();
      const json = (text === "" ? {} : JSON.parse(text)) as Raw;
      return { status: answer.status, headers: answer.headers, body: json, code: json.error?.code };
    },
    /** Where the state is kept while nothing runs. */
    stateFile: options(0).stateFile,
    stop: () => azure.close(),
    /** The process comes back, on the same port, with what is in the file. */
    async start(atSpeed = speed) {
      azure = await startAzure(options(port, atSpeed));
    },
    /** The same at once; at another speed, where one is given. */
    async restart(atSpeed = speed) {
      await world.stop();
      await world.start(atSpeed);
    },
    async close() {
      await azure.close();
      noteSecrets(folder);
      rmSync(folder, { recursive: true });
    },
  };
  return world;
}

interface Raw {
  readonly [name: string]: unknown;
  readonly error?: {
    readonly code: string;
    readonly message: string;
    readonly details?: readonly { code: string }[];
  };
}

/** Both generations of the SDKs' pollers, as far as they are alike. */
interface Poller<T> {
  readonly isDone: boolean | (() => boolean);
  poll(): Promise<unknown>;
  submitted?(): Promise<void>;
  readonly result?: T | undefined;
  getResult?(): T | undefined;
}

export const compiled = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../../infra/${name}.json`, import.meta.url), "utf8")) as Record<
    string,
    unknown
  >;

/** The code of a refusal that an SDK throws. */
export async function codeOf(work: Promise<unknown>): Promise<string | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    const { code, details } = error as { code?: string; details?: { error?: { code?: string } } };
    return code ?? details?.error?.code;
  }
}

const checker = resolve(import.meta.dirname, "../../../../shared/conformance/run");

/** Why the recording can't be checked here; undefined: it can. */
export const noChecker = existsSync(checker) ? undefined : "../shared/conformance is not on this machine";

/** Microsoft's own specifications over the recording; what they object to. */
export function checkTraffic(recording: string): { status: number | null; report: string } {
  const { status, stdout, stderr } = spawnSync(checker, ["check.mjs", recording], {
    encoding: "utf8",
  });
  return { status, report: `${stdout}${stderr}` };
}
