/**
 * `npm run openclaw:checksum`, which `azd` runs before provisioning: tells the azd environment which archive was packaged here,
 * so that VMs start from it even if packaging came before the environment. azd reads its environment again after each
 * hook, and only then takes the template's parameters from it (Azure/azure-dev at ae35809, cli/azd/pkg/ext/hooks_runner.go line 120 and
 * cli/azd/internal/cmd/provision_graph.go line 882).
 */
import { spawnSync } from "node:child_process";
import { packagedIn, packageFolder } from "./packaged.ts";

const sha256 = packagedIn(packageFolder)?.sha256;
const known = process.env["ARCHIVE_SHA256"] ?? "";
const say = (text: string) => process.stdout.write(`${text}\n`);

if (sha256 === undefined)
  say(
    known === ""
      ? "No archive was packaged: VMs will install from npm."
      : `VMs will start from the archive ${known}.`,
  );
else if (sha256 === known) say(`VMs will start from the archive ${sha256}.`);
else {
  // azd tells its hooks which environment it uses.
  const name = process.env["AZURE_ENV_NAME"];
  const which = name === undefined ? [] : ["--environment", name];
  const { status, error } = spawnSync("azd", ["env", "set", "ARCHIVE_SHA256", sha256, ...which], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (status === 0) say(`VMs will start from the archive ${sha256}, which was packaged here.`);
  else {
    process.stderr.write(
      `azd env set ARCHIVE_SHA256 ${sha256} failed: ${error?.message ?? `exit ${status}`}\n`,
    );
    process.exitCode = 1;
  }
}
