import { spawnSync } from "node:child_process";
import { z } from "zod";
import { type Deployer, DeployerFault } from "./deployer.ts";
import { bad, type Finding, fine } from "./finding.ts";

/** Of the root site ("Get a site resource", Microsoft Graph REST API v1.0, 2026). */
const rootSite = z.object({ siteCollection: z.object({ hostname: z.string().toLowerCase() }) });

/** Where the tenant's SharePoint is, as Graph tells whoever deploys; otherwise why it does not. */
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
 * Looks up where files that are attached in Teams may come from, where nothing says so yet, and gives it to the azd environment.
 * Without it the bot reads no attachment, so that nothing is lost.
 * @param remember gives the azd environment a value; whether that worked. Undefined where azd is not at work
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

/** Sets a value in the azd environment that is worked on, which azd reads again after each hook. */
export const azdRemembers =
  (environment: string) =>
  (key: string, value: string): boolean =>
    spawnSync("azd", ["env", "set", key, value, "--environment", environment], {
      stdio: ["ignore", "ignore", "inherit"],
    }).status === 0;
