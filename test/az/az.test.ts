import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { z } from "zod";
import { unrecordedFile } from "../recording.ts";
import { startWorld, type World } from "../world.ts";
import { azAt, type Done, run } from "./az.ts";
import { sshExtensionIn } from "./sshExtension.ts";

/*
 * Microsoft's own az against the simulator, in which the bot has built an instance for Mia; a second one is az's own,
 * from the same template. What az prints is az's reading of what the simulator answers.
 */
unrecordedFile("az names versions that no specification at hand has, and sends deployments that are no JSON");

const found = inject("az");
let world: World;
let azs: ReturnType<typeof azAt>;
let az: (...args: readonly string[]) => Promise<Done>;
let passing: NodeJS.Timeout | undefined;
let vm = "";
let commands = 0;
const group = "openclaw-rg";
const mine = "openclaw-max0000001";

beforeAll(async () => {
  if ("missing" in found) return;
  world = await startWorld({}, { speed: 20 });
  const { mia } = world.discord.people;
  await world.enroll(mia);
  await world.client.types(mia, "openclaw request");
  await world.settle();
  vm = / --name (\S+)/.exec(command())?.[1] ?? "";
  azs = azAt(found.path, world.azure);
  az = azs.as();
  // Nothing moves the clock while az waits.
  passing = setInterval(() => world.pass(1), 100);
  const cloud = await az("cloud", "show", "--query", "endpoints.resourceManager");
  expect(cloud.out, "az would go to Microsoft's own servers").toBe(world.azure.url);
  expect((await az("login", "--identity")).code).toBe(0);
});
afterAll(async () => {
  clearInterval(passing);
  azs?.close();
  await world?.close();
  console.log(`az: ${commands} commands ended well`);
});
beforeEach((context) => {
  if ("missing" in found) context.skip(found.missing);
});

/** As a person copies it from the message that says that the instance is ready. */
function command(): string {
  const code = world.client.dms(world.discord.people.mia).flatMap((message) => message.code);
  return code.find((one) => one.startsWith("az ssh vm --subscription")) ?? "";
}

/** What it printed; it has to end well. */
async function printed(...args: readonly string[]): Promise<unknown> {
  const { code, out, errors } = await az(...args);
  expect(code, `az ${args.join(" ")}: ${errors}`).toBe(0);
  commands += 1;
  return out;
}
const at = ["--resource-group", group, "--name"];
const details = async (name: string) =>
  z
    .tuple([z.string(), z.string(), z.string()])
    .parse(await printed("vm", "show", "-d", ...at, name, "--query", "[powerState, publicIps, privateIps]"));
const power = async (name: string) => (await details(name))[0];

describe("az, as the subscription's owner", () => {
  it("account show", async () => {
    const { tenant, place } = world.parts.settings;
    const account = { id: place.subscription, tenantId: tenant, state: "Enabled", isDefault: true };
    expect(await printed("account", "show")).toMatchObject(account);
  });

  it("group list", async () => {
    const groups = [group, "openclaw-bot-rg", "openclaw-backup-rg"];
    expect(await printed("group", "list", "--query", "[].name")).toEqual(groups);
  });

  it("deployment group create, with our compiled template and the parameters that the bot gave", async () => {
    const names = z
      .array(z.string())
      .parse(await printed("deployment", "group", "list", ...at.slice(0, 2), "--query", "[].name"));
    const given = z
      .record(z.string(), z.object({ value: z.unknown().optional() }))
      .parse(
        await printed(
          ...["deployment", "group", "show", ...at, names.find((name) => !name.includes("-identity-")) ?? ""],
          ...["--query", "properties.parameters"],
        ),
      );
    const values = Object.fromEntries(Object.entries(given).map(([name, { value }]) => [name, { value }]));
    const parameters = join(azs.folder, "parameters.json");
    writeFileSync(
      parameters,
      JSON.stringify({
        $schema: "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
        contentVersion: "1.0.0.0",
        parameters: { ...values, key: { value: "max0000001" }, ownerName: { value: "Max Member" } },
      }),
    );
    const made = await printed(
      ...["deployment", "group", "create", ...at, "by-az", "--template-file", "infra/instance.json"],
      ...["--parameters", `@${parameters}`, "--query", "properties"],
    );
    expect(made).toMatchObject({
      provisioningState: "Succeeded",
      outputs: { vmId: { value: expect.stringMatching(new RegExp(`/virtualMachines/${mine}$`)) } },
    });
  });

  it("deployment operation group list", async () => {
    const operations = await printed(
      ...["deployment", "operation", "group", "list", "--resource-group", group, "--name", "by-az"],
      ...["--query", "[].[properties.targetResource.resourceName, properties.provisioningState]"],
    );
    for (const name of [mine, `${mine}-nic`, `${mine}-ip`, `${mine}-nsg`, `${mine}-home`])
      expect(operations).toContainEqual([name, "Succeeded"]);
  });

  it("vm list -d", async () => {
    const list = await printed("vm", "list", "-d", "--query", "[].[name, powerState, publicIps]");
    const running = (name: string) => [name, "VM running", expect.stringMatching(/^203\.0\.113\.\d+$/)];
    expect(list).toEqual(expect.arrayContaining([running(vm), running(mine)]));
    expect(list).toHaveLength(2);
  });

  it("vm show -d, with the address that the bot tells", async () => {
    const [state, address] = await details(vm);
    expect(state).toBe("VM running");
    const told = world.client.dms(world.discord.people.mia).flatMap(({ code }) => code);
    expect(told).toContain(`az ssh vm --ip ${address}`);
  });

  it("vm get-instance-view", async () => {
    const query = "instanceView.statuses[].displayStatus";
    const statuses = await printed("vm", "get-instance-view", ...at, vm, "--query", query);
    expect(statuses).toEqual(["Provisioning succeeded", "VM running"]);
  });

  it("vm deallocate, start, restart", async () => {
    await printed("vm", "deallocate", ...at, mine);
    expect(await power(mine)).toBe("VM deallocated");
    await printed("vm", "start", ...at, mine);
    expect(await power(mine)).toBe("VM running");
    await printed("vm", "restart", ...at, mine);
    expect(await power(mine)).toBe("VM running");
  });

  it("role assignment list --scope", async () => {
    const id = z.string().parse(await printed("vm", "show", ...at, vm, "--query", "id"));
    const query = "[].[principalName, roleDefinitionName, scope]";
    const list = await printed("role", "assignment", "list", "--scope", id, "--query", query);
    expect(list).toContainEqual(["mia@contoso.com", "Virtual Machine User Login", id]);
  });

  it("network nic show, network public-ip show", async () => {
    const query = "ipConfigurations[0].publicIPAddress.id";
    const id = await printed("network", "nic", "show", ...at, `${vm}-nic`, "--query", query);
    expect(id).toMatch(new RegExp(`/publicIPAddresses/${vm}-ip$`));
    const address = await printed("network", "public-ip", "show", ...at, `${vm}-ip`);
    expect(address).toMatchObject({ id, ipAddress: expect.any(String), provisioningState: "Succeeded" });
  });

  it("disk list", async () => {
    const disks = await printed("disk", "list", "-g", group, "--query", "[].[name, diskState, diskSizeGB]");
    for (const name of [`${vm}-os`, `${vm}-home`, `${mine}-os`, `${mine}-home`])
      expect(disks).toContainEqual([name, "Attached", 30]);
  });

  it("snapshot create and list", async () => {
    const query = "[].[name, incremental, provisioningState]";
    expect(await printed("snapshot", "list", "-g", group, "--query", query)).toEqual([]);
    const source = z.string().parse(await printed("disk", "show", ...at, `${mine}-home`, "--query", "id"));
    await printed("snapshot", "create", ...at, "kept", "--source", source, "--incremental", "true");
    const list = await printed("snapshot", "list", "-g", group, "--query", query);
    expect(list).toEqual([["kept", true, "Succeeded"]]);
  });

  it("resource show --ids, which looks the newest version up", async () => {
    const id = `/subscriptions/${world.parts.settings.place.subscription}/resourceGroups/${group}/providers/Microsoft.Network/networkInterfaces/${vm}-nic`;
    expect(await printed("resource", "show", "--ids", id)).toMatchObject({ name: `${vm}-nic` });
  });

  it("fails as on Azure for what is not there: exit code 3", async () => {
    const { code, errors } = await az("vm", "show", ...at, "none");
    expect([code, errors]).toEqual([3, expect.stringContaining("ResourceNotFound")]);
  });
});

async function signIn(person: string) {
  await fetch(`${world.azure.url}/_sim/sign-in?person=${person}@contoso.com`);
  const own = azs.as(person);
  const login = await own("login", "--use-device-code", "--tenant", world.parts.settings.tenant);
  expect(login.code, login.errors).toBe(0);
  return own;
}

describe("the command of the message", () => {
  it("leads az, signed in as its owner, to the VM and its address", async () => {
    const mia = await signIn("mia");
    const query = "[name, publicIps]";
    const { code, out, errors } = await mia("vm", "show", "-d", ...at, vm, "--query", query);
    expect(code, errors).toBe(0);
    expect(out).toEqual([vm, expect.stringMatching(/^203\.0\.113\.\d+$/)]);
  });

  it("leads nobody else there", async () => {
    const max = await signIn("max");
    const { code, errors } = await max("vm", "show", "-d", ...at, vm);
    expect([code, errors]).toEqual([1, expect.stringContaining("AuthorizationFailed")]);
  });

  it("runs in the real az ssh", async (context) => {
    const { code } = await az("extension", "show", "--name", "ssh");
    if (code !== 0)
      context.skip(
        "az's extension ssh is not in Debian: test/bot/features/connect/ssh-command.slow.test.ts makes its reads",
      );
    const mia = await signIn("mia");
    const { errors } = await mia(...command().split(" ").slice(1), "--", "-o", "ConnectTimeout=1");
    expect(errors).not.toContain("AuthorizationFailed");
  });
});

/** Shells that read the line for macOS and Linux, as far as they are here. PowerShell does on these two. */
const shells = [
  ["sh", "-c"],
  ["bash", "-c"],
  ["pwsh", "-NoProfile", "-NonInteractive", "-Command"],
] as const;

describe("the way in by VS Code", () => {
  let env: NodeJS.ProcessEnv;
  let home: string;
  let [include, line, host] = ["", "", ""];
  beforeAll(async () => {
    if ("missing" in found) return;
    const { mia } = world.discord.people;
    const { id } = await world.client.types(mia, "openclaw connect", { how: "vscode" });
    await world.settle();
    const codes = world.client.sees(mia).find((message) => message.id === id)?.code ?? [];
    const code = (pattern: RegExp) => codes.find((one) => pattern.test(one)) ?? "";
    [include, line, host] = [
      code(/^Include /),
      code(/^(?!cmd ).*az ssh config /),
      code(new RegExp(`^${group}-`)),
    ];
    await signIn("mia");
    home = join(azs.folder, "mia");
    env = { ...azs.environmentOf("mia"), ...sshExtensionIn(azs.folder, "mia@contoso.com") };
    expect(host).toBe(`${group}-${vm}`);
  });
  beforeEach(() => rmSync(join(home, ".azure/az_ssh_config"), { recursive: true, force: true }));

  /** What OpenSSH makes of the name. */
  async function read() {
    const { code, out, errors } = await run(["ssh", "-F", join(home, ".ssh/config"), "-G", host], env);
    expect(code, errors).toBe(0);
    const values = (name: string) =>
      String(out)
        .split("\n")
        .filter((one) => one.startsWith(`${name} `))
        .map((one) => one.slice(name.length + 1).replaceAll('"', ""));
    return {
      user: values("user"),
      host: values("hostname"),
      key: values("identityfile"),
      certificate: values("certificatefile"),
    };
  }

  it.for(shells)(
    "in %s: typed again an hour later it asks nothing, and there is one host",
    async ([shell, ...options], context) => {
      if (spawnSync(shell, ["--version"]).error) context.skip(`no ${shell} here`);
      // Nobody types anything, or there is nothing to type into.
      const types = (valid: string, held?: number) =>
        run([shell, ...options, line], { ...env, SSH_STAND_IN_VALID: valid }, held);
      const first = await types("-2h:-1h", 60_000);
      expect(first.code, first.errors).toBe(0);
      mkdirSync(join(home, ".ssh"), { recursive: true });
      writeFileSync(join(home, ".ssh/config"), `${include}\n\nHost other\n\tUser mona\n`);
      const before = await read();
      const valid = async () =>
        String((await run(["ssh-keygen", "-L", "-f", before.certificate[0] ?? ""], env)).out);
      const expired = await valid();

      for (const held of [60_000, undefined]) {
        const again = await types("-5m:+1h", held);
        expect(again.code, again.errors).toBe(0);
      }
      expect(await valid()).not.toBe(expired);
      expect(await read()).toEqual(before);
      const [, address = ""] = await details(vm);
      expect(before).toMatchObject({ user: ["mia@contoso.com"], host: [address] });
      expect([before.key.length, before.certificate.length]).toEqual([1, 1]);
      const written = readFileSync(join(home, include.replace("Include ~/", "")), "utf8");
      expect(written.match(/^Host .*/gm)).toEqual([`Host ${host}`, `Host ${address}`]);
      // The certificate is for the key that is there now.
      const ofKey = await run(["ssh-keygen", "-l", "-f", before.key[0] ?? ""], env);
      const [fingerprint = ""] = /SHA256:\S+/.exec(String(ofKey.out)) ?? [];
      expect(await valid()).toContain(fingerprint);
      // Included twice, it is read once.
      writeFileSync(join(home, ".ssh/config"), `${include}\n${include}\n`);
      expect(await read()).toEqual(before);
    },
  );

  it("has its answer with it, since az asks whether a key is made anew", async () => {
    const valid = { ...env, SSH_STAND_IN_VALID: "-5m:+1h" };
    expect((await run(["sh", "-c", line], valid)).code).toBe(0);
    const asked = await run(["sh", "-c", line.replace("echo y | ", "")], valid, 10_000);
    expect(asked.code).not.toBe(0);
    expect(asked.out).toContain("Overwrite (y/n)?");
  });
});
