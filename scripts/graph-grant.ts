/**
 * `npm run graph:grant`: lets the bot look people up in Entra (the application permission User.Read.All), without which
 * the bot can't add anyone to the roster. A subscription's template can't grant that. Shows what it will do, asks, and can
 * run any number of times; `-- --yes` doesn't ask. A Privileged Role Administrator or Global Administrator must run it, signed
 * in with the Azure CLI. The bot is the output BOT_PRINCIPAL_ID of the deployment: from the environment, or `-- --bot ID`.
 */
import { createInterface } from "node:readline/promises";
import { parseArgs } from "node:util";
import { AzureCliCredential } from "@azure/identity";
import { z } from "zod";
import { type Deployer, DeployerFault, deployerAt } from "./deployer.ts";

/** Microsoft Graph itself (Microsoft Learn, "Microsoft Graph permissions reference", 2026). */
const graphApp = "00000003-0000-0000-c000-000000000000";
const permission = "User.Read.All";

const graphSchema = z.object({
  id: z.string(),
  appRoles: z.array(z.object({ id: z.string(), value: z.string().nullish() })),
});
const assigned = z.object({ value: z.array(z.object({ appRoleId: z.string(), resourceId: z.string() })) });

/** Grants it if it isn't granted yet and `ask` says yes; returns the result. @throws DeployerFault */
export async function grantGraph(
  graph: Deployer,
  bot: string,
  ask: (question: string) => Promise<boolean>,
): Promise<"granted" | "was granted" | "declined"> {
  const { id: resourceId, appRoles } = graphSchema.parse(
    await graph.call("GET", `/v1.0/servicePrincipals(appId='${graphApp}')?$select=id,appRoles`),
  );
  const { displayName } = z
    .object({ displayName: z.string() })
    .parse(await graph.call("GET", `/v1.0/servicePrincipals/${bot}?$select=displayName`));
  const appRoleId = appRoles.find(({ value }) => value === permission)?.id;
  if (appRoleId === undefined) throw new Error(`Microsoft Graph has no ${permission}`);
  const { value } = assigned.parse(
    await graph.call("GET", `/v1.0/servicePrincipals/${bot}/appRoleAssignments`),
  );
  if (value.some((one) => one.appRoleId === appRoleId && one.resourceId === resourceId)) return "was granted";
  const question = `Let ${displayName} (${bot}) read the profiles of all people in this directory (${permission})?`;
  if (!(await ask(question))) return "declined";
  await graph.call("POST", `/v1.0/servicePrincipals/${bot}/appRoleAssignments`, {
    principalId: bot,
    resourceId,
    appRoleId,
  });
  return "granted";
}

async function askHere(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(`${question} [y/N] `);
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}

/** What went wrong, for the person who runs it. */
function reasonOf(error: unknown): string {
  if (error instanceof DeployerFault && error.status === 403)
    return "You have no right to do that. A Privileged Role Administrator or Global Administrator of the directory must run it.";
  if (error instanceof DeployerFault && error.status === 404)
    return "The directory doesn't know the bot. Check its id, and that you are signed in to the right tenant.";
  return error instanceof Error ? error.message : String(error);
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { bot: { type: "string" }, yes: { type: "boolean", default: false } },
  });
  const bot = z.guid().safeParse(values.bot ?? process.env["BOT_PRINCIPAL_ID"]).data;
  const url = process.env["GRAPH_URL"] ?? "https://graph.microsoft.com";
  try {
    if (bot === undefined) throw new Error("Which bot? Add -- --bot ID, or set BOT_PRINCIPAL_ID.");
    const graph = deployerAt(url, "https://graph.microsoft.com", new AzureCliCredential());
    const outcome = await grantGraph(graph, bot, values.yes ? async () => true : askHere);
    const says = {
      // Until it expires, the bot keeps the token that was refused first.
      granted:
        "Granted. If the bot has tried to read the directory before, this can take up to 24 hours to work; object ids work at once.",
      "was granted": "Access is already granted.",
      declined: "Nothing was changed.",
    };
    process.stdout.write(`${says[outcome]}\n`);
  } catch (error) {
    process.stderr.write(`${reasonOf(error)}\n`);
    process.exitCode = 1;
  }
}
