import { spawnSync } from "node:child_process";
import { z } from "zod";
import { type Deployer, DeployerFault } from "./deployer.ts";
import { bad, type Finding, fine } from "./finding.ts";

/** Of the root site ("Get a site resource", Microsoft Graph REST API v1.0, 2026). */
const rootSite = z.object({ siteCollection: z.object({ hostname: z.string().toLowerCase() }) });

/** The tenant's SharePoint host, as Graph tells the deployer; otherwise why it doesn't. */
export async function sharePointHost(
  graph: Deployer,
): Promise<{ readonly host: string } | { readonly why: string }> {
  try {
    const answer = await graph.call("GET", "/v1.0/sites/root?$select=siteCollection");
    return { host: rootSite.parse(answer).siteCollection.hostname };
  } catch (error) {
    if (error instanceof DeployerFault)
      return {
        why: error.status === 404 ? "this tenant has no SharePoint" : `Graph answers ${error.status}`,
      };
    return { why: `Graph can't be reached: ${error instanceof Error ? error.message : String(error)}` };
  }
}

const name = "TEAMS_SHAREPOINT_HOST";

/**
 * Looks up where files attached in Teams may come from, unless it is set already, and stores it in the azd environment.
 * Without it the bot reads no attachment; nothing else depends on it.
 * @param remember sets a value in the azd environment; returns whether that worked. Undefined without azd
 */
export async function findSharePoint(
  given: string | undefined,
  graph: Deployer,
  remember: ((name: string, value: string) => boolean) | undefined,
): Promise<Finding> {
  if (given !== undefined) return fine("sharepoint", `the bot reads files attached in Teams from ${given}`);
  const found = await sharePointHost(graph);
  if ("why" in found)
    return fine(
      "sharepoint",
      `${found.why}, so the bot will refuse files attached in Teams; pasting works. To let it read them, set ${name} to the host in your SharePoint's address, such as contoso.sharepoint.com`,
    );
  const { host } = found;
  if (remember === undefined)
    return fine(
      "sharepoint",
      `to let the bot read files attached in Teams, deploy with sharePointHost=${host}`,
    );
  return remember(name, host)
    ? fine("sharepoint", `the bot will read files attached in Teams from ${host}; azd now knows this host`)
    : bad("sharepoint", `setting the host in azd failed. Run azd env set ${name} ${host}`);
}

/** Sets a value in the current azd environment, which azd reads again after each hook. */
export const azdRemembers =
  (environment: string) =>
  (key: string, value: string): boolean =>
    spawnSync("azd", ["env", "set", key, value, "--environment", environment], {
      stdio: ["ignore", "ignore", "inherit"],
    }).status === 0;
