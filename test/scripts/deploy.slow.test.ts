import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { TokenCredential } from "@azure/identity";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { serve } from "../../local/serve.ts";
import { type Deployer, DeployerFault, deployerAt } from "../../scripts/deployer.ts";
import { grantGraph } from "../../scripts/graph-grant.ts";
import { agree, type Container, upload } from "../../scripts/openclaw-upload.ts";
import { preflight } from "../../scripts/preflight.ts";
import { findSharePoint } from "../../scripts/sharepoint-host.ts";
import { compiled, startWorld, type World } from "../local/azure/world.ts";

let world: World;
let owner: Deployer;
let settings: Record<string, string>;
beforeAll(async () => {
  world = await startWorld();
  owner = deployerAt(world.azure.url, "https://management.azure.com", world.operator.credential);
  settings = { AZURE_SUBSCRIPTION_ID: world.env.AZURE_SUBSCRIPTION_ID, DISCORD_GUILD_ID: "" };
});
afterAll(() => world.close());

const vaultAs =
  ({ credential }: { credential: TokenCredential }) =>
  (url: string) =>
    deployerAt(url, "https://vault.azure.net", credential);
const faults = async (as: Deployer, more: Record<string, string> = {}) =>
  (await preflight(as, { ...settings, ...more }, vaultAs(world.operator)))
    .filter(({ fine }) => !fine)
    .map(({ about, says }) => `${about}: ${says}`);

test("a token is asked for once while it lasts, and again after a refusal and before its end", async () => {
  const answers = [undefined, 3600, 200, 3600];
  let asked = 0;
  const credential: TokenCredential = {
    async getToken() {
      const seconds = answers[asked];
      asked += 1;
      if (seconds === undefined) throw new Error("nobody is signed in");
      return { token: "a token", expiresOnTimestamp: Date.now() + seconds * 1000 };
    },
  };
  const service = await serve(() => new Response("{}"), { port: 0, service: () => undefined });
  const deployer = deployerAt(service.url, "https://management.azure.com", credential);
  const calls = () => Promise.all([1, 2, 3].map(() => deployer.call("GET", "/")));
  await expect(deployer.call("GET", "/")).rejects.toThrow("nobody is signed in");
  await calls();
  await calls();
  expect(asked).toBe(2);
  // One that ends soon.
  const another = deployerAt(service.url, "https://management.azure.com", credential);
  await another.call("GET", "/");
  await another.call("GET", "/");
  expect(asked).toBe(4);
  await service.close();
});

describe("preflight", () => {
  test("finds no problems where everything is right", async () => {
    expect(await faults(owner)).toEqual([]);
    const found = await preflight(owner, settings, vaultAs(world.operator));
    expect(new Set(found.map(({ about }) => about))).toEqual(
      new Set(["subscription", "rights", "providers", "quota", "names", "secrets", "discord", "teams"]),
    );
    expect(await faults(owner, { AZURE_ENV_NAME: "another" })).toEqual([]);
  });

  test("looks at what azd would deploy: it reports a value that is out of range before anything is made", async () => {
    expect(await faults(owner, { ADMIN_USERNAME: "openclaw" })).toEqual([
      expect.stringMatching(/^names: .*adminUsername must not be openclaw/),
    ]);
  });

  test("says which role is missing", async () => {
    const bot = deployerAt(world.azure.url, "https://management.azure.com", world.bot.credential);
    const found = await faults(bot);
    expect(found.find((fault) => fault.startsWith("rights"))).toMatch(
      /Microsoft\.Authorization\/roleAssignments\/write: you must be Owner.*Contributor and User Access Administrator/,
    );
  });

  test("says that there is no room, or no such size", async () => {
    world.azure.faults.set({ kind: "quota", limit: 1 });
    expect(await faults(owner)).toEqual([
      expect.stringMatching(/^quota: .*one instance needs 2: ask for more/),
    ]);
    world.azure.faults.clear();
    world.azure.faults.set({ kind: "sku" });
    expect(await faults(owner)).toEqual([expect.stringMatching(/doesn't offer Standard_B2als_v2/)]);
    world.azure.faults.clear();
  });

  test("says what is wrong with the settings of the platforms, and of the environment", async () => {
    expect(await faults(owner, { DISCORD_GUILD_ID: "12", TEAMS_ADMIN_CONVERSATION: "general" })).toEqual([
      // The template refuses the same.
      expect.stringMatching(/^names: .* teamsAdminConversation must be /),
      "discord: DISCORD_APPLICATION_ID must be 15 to 21 digits",
      "discord: DISCORD_GUILD_ID must be 15 to 21 digits",
      "discord: DISCORD_ADMIN_CHANNEL_ID must be 15 to 21 digits",
      expect.stringMatching(/^discord: DISCORD_PUBLIC_KEY /),
      "teams: TEAMS_ADMIN_CONVERSATION must be the id of a conversation: 19:…",
    ]);
    // White space around a value is the template's to take off; a placeholder is none.
    const discord = {
      DISCORD_APPLICATION_ID: " 1100000000000000001\r\n",
      DISCORD_PUBLIC_KEY: "7db935608c17b18327f5759822629e053681469de3a160a14639a120c2007792 ",
      DISCORD_GUILD_ID: "\t1100000000000000002",
      DISCORD_ADMIN_CHANNEL_ID: "1100000000000000003\n",
    };
    expect(await faults(owner, discord)).toEqual([]);
    expect(await faults(owner, { ...discord, DISCORD_GUILD_ID: "not-set" })).toContain(
      "discord: DISCORD_GUILD_ID must be 15 to 21 digits",
    );
    expect(await faults(owner, { AZURE_ENV_NAME: "Team A" })).toEqual([
      "AZURE_ENV_NAME: set it: 1 to 20 lower-case letters, digits and hyphens",
    ]);
  });
});

describe("where files attached in Teams come from", () => {
  const graph = () => deployerAt(world.azure.url, "https://graph.microsoft.com", world.operator.credential);
  const remembers = (works: boolean) => {
    const told: string[] = [];
    const remember = (name: string, value: string) => {
      told.push(`${name}=${value}`);
      return works;
    };
    return { told, remember };
  };

  test("is what Graph says, and azd hears it", async () => {
    const { told, remember } = remembers(true);
    const found = await findSharePoint(undefined, graph(), remember);
    expect(found).toMatchObject({ fine: true, says: expect.stringContaining("contoso.sharepoint.com") });
    expect(told).toEqual(["TEAMS_SHAREPOINT_HOST=contoso.sharepoint.com"]);
    const refused = await findSharePoint(undefined, graph(), remembers(false).remember);
    expect(refused).toMatchObject({
      fine: false,
      says: expect.stringContaining("azd env set TEAMS_SHAREPOINT_HOST contoso.sharepoint.com"),
    });
    const without = await findSharePoint(undefined, graph(), undefined);
    expect(without.says).toContain("deploy with sharePointHost=contoso.sharepoint.com");
  });

  test("is what somebody has set, whatever Graph says", async () => {
    const { told, remember } = remembers(true);
    const found = await findSharePoint("fabrikam.sharepoint.com", graph(), remember);
    expect(found.says).toContain("from fabrikam.sharepoint.com");
    expect(told).toEqual([]);
  });

  test("stays open where Graph refuses: what that means and what to set is said, and nothing fails", async () => {
    world.azure.faults.set({ kind: "graph" });
    const { told, remember } = remembers(true);
    const found = await findSharePoint(undefined, graph(), remember);
    world.azure.faults.clear();
    expect(found).toMatchObject({
      fine: true,
      says: expect.stringMatching(/403.*pasting works.*set TEAMS_/),
    });
    expect(told).toEqual([]);
    const nowhere = deployerAt(
      "http://127.0.0.1:1",
      "https://graph.microsoft.com",
      world.operator.credential,
    );
    expect((await findSharePoint(undefined, nowhere, remember)).says).toContain("Graph can't be reached");
  });
});

describe("a shared secret that somebody deleted", () => {
  const path = () =>
    `/subscriptions/${world.env.AZURE_SUBSCRIPTION_ID}/providers/Microsoft.Resources/deployments/again`;
  const deploysAgain = async () => {
    const properties = { mode: "Incremental", template: compiled("main"), parameters: {} };
    await world.raw("PUT", path(), { location: "eastus2", properties }, world.operator.credential);
    world.pass(600);
    const { body } = await world.raw("GET", path(), undefined, world.operator.credential);
    return body["properties"];
  };

  test("makes the next deployment fail, and preflight says the command that helps", async () => {
    const names = ["openclaw-shared", "discord-bot-token"];
    for (const name of names) {
      await world.operator.secrets.setSecret(name, "ours");
      await world.operator.secrets.beginDeleteSecret(name);
    }
    expect(await deploysAgain()).toMatchObject({ provisioningState: "Failed" });

    const vault = world.env.KEY_VAULT_ID.split("/").at(-1);
    expect(await faults(owner)).toEqual(
      names.map(
        (name) =>
          `secrets: ${name} was deleted, and its name is still taken: az keyvault secret recover --vault-name ${vault} --name ${name}`,
      ),
    );

    for (const name of names) await world.operator.secrets.beginRecoverDeletedSecret(name);
    expect(await faults(owner)).toEqual([]);
    expect(await deploysAgain()).toMatchObject({ provisioningState: "Succeeded" });
    for (const name of names) expect((await world.operator.secrets.getSecret(name)).value, name).toBe("ours");
  });

  test("can't be seen by who may not look into the vault, and preflight says so", async () => {
    world.azure.faults.set({ kind: "vault" });
    const found = await preflight(owner, settings, vaultAs(world.operator));
    world.azure.faults.clear();
    expect(found.filter(({ about }) => about === "secrets")).toEqual([
      { about: "secrets", fine: true, says: expect.stringContaining("you have no right to read the vault") },
    ]);
  });
});

describe("graph:grant", () => {
  const graph = () => deployerAt(world.azure.url, "https://graph.microsoft.com", world.operator.credential);
  const bot = () => world.env.BOT_PRINCIPAL_ID;

  test("shows what it is about to do, and does nothing against one's will", async () => {
    const questions: string[] = [];
    const outcome = await grantGraph(graph(), bot(), async (question) => {
      questions.push(question);
      return false;
    });
    expect(outcome).toBe("declined");
    expect(questions).toEqual([
      `Let openclaw-bot (${bot()}) read the profiles of all people in this directory (User.Read.All)?`,
    ]);
  });

  test("grants once, however often it runs", async () => {
    expect(await grantGraph(graph(), bot(), async () => true)).toBe("granted");
    expect(await grantGraph(graph(), bot(), async () => true)).toBe("was granted");
  });

  test("fails for who may not, and for a bot that is not there", async () => {
    world.azure.faults.set({ kind: "graph", times: 1 });
    await expect(grantGraph(graph(), bot(), async () => true)).rejects.toMatchObject({ status: 403 });
    const nobody = "00000000-0000-0000-0000-00000000000a";
    await expect(grantGraph(graph(), nobody, async () => true)).rejects.toBeInstanceOf(DeployerFault);
  });
});

const containerAt = (url: string, say: (text: string) => void = () => undefined): Container => ({
  url: `${url}/archive`,
  credential: { getToken: async () => ({ token: "a token", expiresOnTimestamp: 0 }) },
  waitSeconds: 0,
  say,
});

/** A folder with these files; it goes with the test. */
function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "archive-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

test("the upload waits for the right to upload, and does not mind that a file is there", async () => {
  const folder = folderOf({ "openclaw.tar.zst": "archive" });
  const answers = [403, 403, 201, 409];
  const seen: string[] = [];
  const storage = await serve(
    async (request) => {
      seen.push(`${request.method} ${new URL(request.url).pathname} ${await request.text()}`);
      return new Response(null, { status: answers.shift() ?? 500 });
    },
    { port: 0, service: () => undefined },
  );
  const said: string[] = [];
  const once = () =>
    upload(
      containerAt(storage.url, (text) => said.push(text)),
      folder,
      { sha256: sha256("archive") },
    );
  await once();
  await once();
  const path = `/archive/${sha256("archive")}/openclaw.tar.zst`;
  expect(seen).toEqual(Array(4).fill(`PUT ${path} archive`));
  expect(said).toEqual([
    "Waiting for your right to upload to take effect. This can take ten minutes.",
    `openclaw.tar.zst is at ${storage.url}${path}`,
    "openclaw.tar.zst is already there",
  ]);
  await storage.close();
});

describe("what was packaged", () => {
  const whole = { "openclaw.tar.zst": "archive", "extras.tar.zst": "extras" };
  const packaged = { sha256: sha256("archive"), extrasSha256: sha256("extras") };
  const uploaded = async (
    files: Readonly<Record<string, string>>,
    about: typeof packaged | { sha256: string },
  ) => {
    const seen: string[] = [];
    const storage = await serve(
      async (request) => {
        seen.push(new URL(request.url).pathname.split("/").at(-1) ?? "");
        return new Response(null, { status: 201 });
      },
      { port: 0, service: () => undefined },
    );
    onTestFinished(() => storage.close());
    const error = await upload(containerAt(storage.url), folderOf(files), about).then(
      () => undefined,
      (reason: unknown) => String(reason),
    );
    return { seen, error };
  };

  test("is uploaded whole", async () => {
    expect(await uploaded(whole, packaged)).toEqual({
      seen: ["openclaw.tar.zst", "extras.tar.zst"],
      error: undefined,
    });
  });

  test("without extras takes none along that were left lying", async () => {
    expect((await uploaded(whole, { sha256: packaged.sha256 })).seen).toEqual(["openclaw.tar.zst"]);
  });

  test.each([
    ["no archive", { "extras.tar.zst": "extras" }, "openclaw.tar.zst"],
    ["half an archive", { ...whole, "openclaw.tar.zst": "arch" }, "openclaw.tar.zst"],
    ["no extras", { "openclaw.tar.zst": "archive" }, "extras.tar.zst"],
    ["half the extras", { ...whole, "extras.tar.zst": "ext" }, "extras.tar.zst"],
  ])(
    "is an error with %s, and nothing is uploaded that could not be replaced",
    async (_what, files, name) => {
      const { seen, error } = await uploaded(files, packaged);
      expect(error).toMatch(
        new RegExp(`${name.replaceAll(".", "\\.")} is missing or incomplete.*openclaw:package`),
      );
      expect(seen).toEqual([]);
    },
  );

  test("counts as nothing from the moment on when packaging starts anew", () => {
    const project = folderOf({});
    const root = resolve(import.meta.dirname, "..", "..");
    for (const part of ["package.json", "scripts", "cloud-init/openclaw"])
      cpSync(join(root, part), join(project, part), { recursive: true });
    symlinkSync(join(root, "node_modules"), join(project, "node_modules"));
    const target = join(project, "dist");
    mkdirSync(target);
    writeFileSync(join(target, "archive.json"), JSON.stringify(packaged));
    // Without any npm it does not get far.
    const { status } = spawnSync(process.execPath, ["scripts/openclaw-package.ts", "--to", target], {
      cwd: project,
      env: { PATH: "" },
    });
    expect(status).not.toBe(0);
    expect(existsSync(join(target, "archive.json"))).toBe(false);
  });
});

test("the upload gives up after ten minutes, and at once where waiting does not help", async () => {
  const folder = folderOf({ "openclaw.tar.zst": "archive" });
  let status = 403;
  let asked = 0;
  const storage = await serve(
    () => {
      asked += 1;
      return new Response("AuthorizationPermissionMismatch", { status });
    },
    { port: 0, service: () => undefined },
  );
  const tries = async () => {
    asked = 0;
    const uploading = upload(containerAt(storage.url), folder, { sha256: sha256("archive") });
    await expect(uploading).rejects.toThrow(`${status} AuthorizationPermissionMismatch`);
    return asked;
  };
  // Every fifteen seconds.
  expect(await tries()).toBe(40);
  status = 404;
  expect(await tries()).toBe(1);
  await storage.close();
});

test("the upload fails where a package exists that VMs would not use, and where they would find none", async () => {
  // At first the right to look is too new.
  const refusals = [403, 403];
  const storage = await serve(
    async (request) =>
      new Response(null, { status: refusals.pop() ?? (request.url.includes("/there/") ? 200 : 404) }),
    { port: 0, service: () => undefined },
  );
  const at = containerAt(storage.url);
  expect(await agree("same", "same", at)).toBe("packaged");
  expect(await agree("there", undefined, at)).toBe("uploaded");
  expect(await agree("", undefined, at)).toBe("npm");
  await expect(agree("none", undefined, at)).rejects.toThrow("neither here nor in the container");
  await expect(agree("there", "other", at)).rejects.toThrow("(other): they take there");
  await expect(agree("", "other", at)).rejects.toThrow(
    "VMs would not use the archive that was packaged here (other): they install from npm",
  );
  await storage.close();
});
