import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Exchange } from "./conformance.ts";

/*
 * Checks what no available specification covers against the types in Microsoft's own clients: TypeScript's compiler
 * reads each recorded body as a literal of its type, and reports what is missing, unknown or of another type.
 */

/** The packages with these types, installed into a temporary folder. */
const packages = {
  keyvault: "@azure/arm-keyvault@3.2.0",
  storage: "@azure/arm-storage@18.6.0",
  web: "@azure/arm-appservice@15.0.0",
  network: "@azure/arm-network@33.5.0",
  resources: "@azure/arm-resources@5.2.0",
  subscriptions: "@azure/arm-resources-subscriptions@2.1.0",
  graph: "@microsoft/microsoft-graph-types@2.43.1",
} as const;

interface Typed {
  readonly package: keyof typeof packages;
  /** The answer's type, and the request's if it has a body. */
  readonly answer: string;
  readonly list?: true;
  readonly request?: string;
}

const kinds: readonly (Typed & { readonly path: RegExp })[] = [
  { path: /^\/subscriptions\/[^/]+$/, package: "subscriptions", answer: "Subscription" },
  { path: /^\/subscriptions\/[^/]+\/providers\/[^/]+$/, package: "resources", answer: "Provider" },
  { path: /\/Microsoft\.Network\/locations\/[^/]+\/usages$/, package: "network", answer: "UsagesListResult" },
  {
    path: /\/Microsoft\.KeyVault\/checkNameAvailability$/,
    package: "keyvault",
    answer: "CheckNameAvailabilityResult",
    request: "VaultCheckNameAvailabilityParameters",
  },
  {
    path: /\/Microsoft\.Storage\/checkNameAvailability$/,
    package: "storage",
    answer: "CheckNameAvailabilityResult",
    request: "StorageAccountCheckNameAvailabilityParameters",
  },
  {
    path: /\/Microsoft\.Web\/checkNameAvailability$/,
    package: "web",
    answer: "ResourceNameAvailability",
    request: "ResourceNameAvailabilityRequest",
  },
  {
    path: /\/servicePrincipals\/[^/]+\/appRoleAssignments$/,
    package: "graph",
    answer: "AppRoleAssignment",
    request: "AppRoleAssignment",
    list: true,
  },
  { path: /\/sites\/root$/, package: "graph", answer: "Site" },
  { path: /\/servicePrincipals[^/]*(\/[^/]+)?$/, package: "graph", answer: "ServicePrincipal" },
];

/** What the compiler finds wrong with them; an exchange of an unknown kind is itself a fault. */
export async function faultsByTypes(exchanges: readonly Exchange[]): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), "wire-types-"));
  try {
    writeFileSync(join(folder, "package.json"), '{"type":"module"}');
    const install = ["install", "--ignore-scripts", "--no-audit", "--no-fund", ...Object.values(packages)];
    run("npm", install, folder);
    writeFileSync(join(folder, "bodies.ts"), exchanges.flatMap(literals).join("\n"));
    const options = ["--noEmit", "--strict", "--skipLibCheck", "--module", "nodenext", "--target", "esnext"];
    return run(resolve("node_modules/.bin/tsc"), [...options, "bodies.ts"], folder, [0, 1, 2])
      .split("\n")
      .filter((line) => line !== "");
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The bodies of an exchange as declarations, numbered like the exchanges. */
function literals({ request, response }: Exchange, index: number): readonly string[] {
  const path = decodeURIComponent(new URL(request.url).pathname);
  const kind = kinds.find((one) => one.path.test(path));
  if (!kind) return [`const unknown${index}: never = ${JSON.stringify(`${request.method} ${path}`)};`];
  const graph = kind.package === "graph";
  const from = (type: string) =>
    `import("${packages[kind.package].replace(/@[\d.]+$/, "")}").${type}${graph ? ' & { "@odata.context"?: string }' : ""}`;
  const error = graph ? from("PublicErrorResponse") : 'import("@azure/arm-storage").ErrorResponse';
  const list = kind.list && request.method === "GET";
  const answer = list ? `{ "@odata.context"?: string; value: (${from(kind.answer)})[] }` : from(kind.answer);
  return [
    ...(kind.request === undefined || request.body === undefined
      ? []
      : [`export const asked${index}: ${from(kind.request)} = ${JSON.stringify(request.body)};`]),
    `export const answered${index}: ${response.status < 400 ? answer : error} = ${JSON.stringify(response.body)};`,
  ];
}

/** What it printed. @throws Error for an unexpected exit code */
function run(command: string, args: readonly string[], cwd: string, codes: readonly number[] = [0]): string {
  const done = spawnSync(command, args, { cwd, encoding: "utf8" });
  if (done.status === null || !codes.includes(done.status))
    throw new Error(`${command} ${args.join(" ")}: ${done.status} ${done.stderr}${done.error ?? ""}`);
  return done.stdout;
}
