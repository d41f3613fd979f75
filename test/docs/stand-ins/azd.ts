/**
 * A stand-in for `azd`, as far as docs/deploy.md uses it. It does what azd does in Azure/azure-dev at
 * ae35809f496491989273d0edefdeb70f245f399b (August 2026, read in November 2026; all paths below cli/azd):
 *
 * - An environment is `.azure/NAME/.env`; the last one that was made is the default. Its values go before the process's own
 *   (pkg/environment/environment.go, LookupEnv).
 * - `azd up` settles subscription and place before any hook (cmd/up.go, Run).
 * - The hooks of azure.yaml run one after the other, with the environment in theirs; azd READS IT AGAIN before and after each
 *   (pkg/ext/hooks_runner.go lines 111 and 120). A hook that fails ends the command.
 * - The template's parameters are taken from the environment as it is after the hooks before (internal/cmd/provision_graph.go line
 *   882; pkg/infra/provisioning/bicep/bicep_provider.go line 3482). One that is empty since its variable is not set is left out
 *   (bicep_provider.go line 2367), and a switch is handed over as one (armParameterFileValue).
 * - Outputs become values of the environment, in text.
 *
 * Its limits: it asks nobody and knows no other commands; it compiles nothing and deploys infra/main.json; what it would deploy as
 * the program it only writes down; it never skips a deployment that changes nothing; it runs the hooks for POSIX and none of a
 * service. The simulator behind it has no storage, so where an output is the archive's address it takes STAND_IN_STORAGE.
 */
import { spawnSync } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { tokenFor } from "./token.ts";

type Values = Record<string, string>;

const {
  STAND_IN_LOG,
  STAND_IN_STORAGE,
  STAND_IN_SUBSCRIPTION,
  STAND_IN_PRINCIPAL,
  AZURE_RESOURCE_MANAGER_URL,
} = z
  .object({
    STAND_IN_LOG: z.string(),
    STAND_IN_STORAGE: z.string(),
    STAND_IN_SUBSCRIPTION: z.string(),
    STAND_IN_PRINCIPAL: z.string(),
    AZURE_RESOURCE_MANAGER_URL: z.string(),
  })
  .parse(process.env);

const record = (line: string) => appendFileSync(STAND_IN_LOG, `${line}\n`);

/** Ends as azd does: `ERROR:` and the exit code 1. */
class Failure extends Error {}

const fileOf = (name: string) => join(".azure", name, ".env");
const config = join(".azure", "config.json");

function nameOf(args: readonly string[]): string {
  const given = args[args.indexOf("--environment") + 1];
  if (args.includes("--environment") && given !== undefined) return given;
  if (!existsSync(config)) throw new Failure("no default environment");
  return z.object({ defaultEnvironment: z.string() }).parse(JSON.parse(readFileSync(config, "utf8")))
    .defaultEnvironment;
}

function load(name: string): Values {
  if (!existsSync(fileOf(name))) throw new Failure(`environment ${name} does not exist`);
  const lines = readFileSync(fileOf(name), "utf8").split("\n").filter(Boolean);
  return Object.fromEntries(
    lines.map((line) => {
      const [, key = "", value = '""'] = /^(\w+)=(.*)$/.exec(line) ?? [];
      return [key, z.string().parse(JSON.parse(value))];
    }),
  );
}

function save(name: string, values: Values): void {
  const lines = Object.entries(values).map(([key, value]) => `${key}=${JSON.stringify(value)}\n`);
  writeFileSync(fileOf(name), lines.toSorted().join(""));
}

const hook = z.object({ posix: z.object({ shell: z.literal("sh"), run: z.string() }) });
const project = z.object({
  hooks: z.record(z.string(), z.union([z.array(hook), hook.transform((one) => [one])])),
  services: z.record(z.string(), z.object({ host: z.string() })),
});
const read = () => project.parse(parse(readFileSync("azure.yaml", "utf8")));

function runHooks(when: string, name: string): void {
  for (const { posix } of read().hooks[when] ?? []) {
    record(`${when}: ${posix.run}`);
    const { status } = spawnSync("sh", ["-c", posix.run], {
      stdio: "inherit",
      env: { ...process.env, ...load(name) },
    });
    if (status !== 0) throw new Failure(`'${when}' hook failed with exit code: '${status}'`);
  }
}

/** The parameters file with the environment's values in it. */
function parameters(values: Values): Record<string, { value: unknown } | undefined> {
  const file = z
    .object({ parameters: z.record(z.string(), z.object({ value: z.string() })) })
    .parse(JSON.parse(readFileSync("infra/main.parameters.json", "utf8")));
  const { parameters: declared } = z
    .object({ parameters: z.record(z.string(), z.object({ type: z.string() })) })
    .parse(JSON.parse(readFileSync("infra/main.json", "utf8")));
  const known: Values = {
    ...values,
    AZURE_PRINCIPAL_ID: STAND_IN_PRINCIPAL,
    AZURE_PRINCIPAL_TYPE: "ServicePrincipal",
  };
  return Object.fromEntries(
    Object.entries(file.parameters).flatMap(([name, { value }]) => {
      let unset = false;
      const filled = value.replaceAll(/\$\{(\w+)(?:=([^}]*))?\}/g, (_all, key: string, usual = "") => {
        unset ||= known[key] === undefined && process.env[key] === undefined;
        return known[key] ?? process.env[key] ?? usual;
      });
      if (filled === "" && unset) return [];
      return [[name, { value: declared[name]?.type === "bool" ? filled === "true" : filled }]];
    }),
  );
}

const deployment = z.object({
  properties: z.object({
    provisioningState: z.string(),
    outputs: z.record(z.string(), z.object({ value: z.unknown() })).optional(),
    error: z.unknown().optional(),
  }),
});

async function deploy(values: Values): Promise<Values> {
  const given = parameters(values);
  record(`provision: archiveSha256=${given["archiveSha256"]?.value ?? ""}`);
  const path = `/subscriptions/${values["AZURE_SUBSCRIPTION_ID"]}/providers/Microsoft.Resources/deployments/${values["AZURE_ENV_NAME"]}?api-version=2026-06-01`;
  const call = async (method: "PUT" | "GET", body?: unknown) => {
    const answer = await fetch(`${AZURE_RESOURCE_MANAGER_URL}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${await tokenFor("https://management.azure.com")}`,
        "content-type": "application/json",
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Failure(await answer.text());
    return deployment.parse(await answer.json()).properties;
  };
  const template: unknown = JSON.parse(readFileSync("infra/main.json", "utf8"));
  let state = await call("PUT", {
    location: values["AZURE_LOCATION"],
    properties: { mode: "Incremental", template, parameters: given },
  });
  while (state.provisioningState !== "Succeeded") {
    if (state.provisioningState === "Failed") throw new Failure(JSON.stringify(state.error));
    await new Promise((resolve) => setTimeout(resolve, 200));
    state = await call("GET");
  }
  return Object.fromEntries(
    Object.entries(state.outputs ?? {}).map(([name, { value }]) => [
      name,
      name === "ARCHIVE_CONTAINER_URL"
        ? `${STAND_IN_STORAGE}/archive`
        : typeof value === "string"
          ? value
          : JSON.stringify(value),
    ]),
  );
}

async function provision(name: string): Promise<void> {
  runHooks("preprovision", name);
  const outputs = await deploy(load(name));
  save(name, { ...load(name), ...outputs });
  runHooks("postprovision", name);
}

/** The subscription and the place, which azd asks a person for. */
const settle = (name: string) =>
  save(name, { AZURE_SUBSCRIPTION_ID: STAND_IN_SUBSCRIPTION, AZURE_LOCATION: "eastus2", ...load(name) });

async function main(args: readonly string[]): Promise<void> {
  const [first, second, third = "", fourth = ""] = args;
  const command = first === "env" || first === "auth" ? `${first} ${second}` : first;
  switch (command) {
    case "auth login":
      return;
    case "env new":
      mkdirSync(join(".azure", third), { recursive: true });
      save(third, { AZURE_ENV_NAME: third });
      writeFileSync(config, JSON.stringify({ version: 1, defaultEnvironment: third }));
      return;
    case "env set":
      return save(nameOf(args), { ...load(nameOf(args)), [third]: fourth });
    case "env get-values":
      process.stdout.write(readFileSync(fileOf(nameOf(args)), "utf8"));
      return;
    case "provision":
      return provision(nameOf(args));
    case "up":
      settle(nameOf(args));
      await provision(nameOf(args));
      for (const [service, { host }] of Object.entries(read().services))
        record(`deploy: ${service} to ${host}`);
      process.stdout.write("SUCCESS: Your up workflow completed.\n");
      return;
    default:
      throw new Failure(`this stand-in does not know azd ${args.join(" ")}`);
  }
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  process.stderr.write(`ERROR: ${error.message}\n`);
  process.exitCode = 1;
}
