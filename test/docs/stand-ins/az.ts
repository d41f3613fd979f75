/**
 * A stand-in for Microsoft's `az` as a deployer has it who is signed in: knows the few commands that docs/deploy.md wants before
 * `azd up`, and gives Microsoft's identity SDK its tokens (AzureCliCredential of @azure/identity 4.13). The real one has a suite
 * of its own, `npm run test:az`.
 */
import { z } from "zod";
import { tokenFor } from "./token.ts";

const args = process.argv.slice(2);
const option = (name: string) => (args.includes(name) ? args[args.indexOf(name) + 1] : undefined);

switch (args.slice(0, 2).join(" ")) {
  case "login":
  case "account set":
    break;
  case "account get-access-token": {
    const resource = z.string().parse(option("--resource") ?? option("--scope")?.replace(/\/\.default$/, ""));
    const at = Math.floor(Date.now() / 1000) + 3600;
    const token = {
      accessToken: await tokenFor(resource),
      expiresOn: new Date(at * 1000).toISOString().replace("T", " ").replace("Z", "000"),
      expires_on: at,
      tokenType: "Bearer",
    };
    process.stdout.write(`${JSON.stringify(token)}\n`);
    break;
  }
  default:
    process.stderr.write(`this stand-in does not know az ${args.join(" ")}\n`);
    process.exitCode = 2;
}
