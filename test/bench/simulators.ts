import { Agent, get } from "node:https";
import { z } from "zod";
import { now } from "./clock.ts";
import { median } from "./load.ts";
import { by, type Measure, ms, table } from "./section.ts";

const token = z.object({ access_token: z.string() });

/** How fast what stands in for the vendors is by itself, one call after the other: a floor under everything else. */
export const simulators: Measure = async ({ azure, discord, teams }, scale) => {
  const agent = new Agent({ ca: azure.caCertificate, keepAlive: true });
  /** Over TLS, by a certificate that nobody else trusts. */
  const fromAzure = (path: string, headers: Readonly<Record<string, string>>): Promise<Response> =>
    new Promise((resolve, reject) => {
      get(`${azure.url}${path}`, { headers, agent }, (answer) => {
        let body = "";
        answer
          .setEncoding("utf8")
          .on("data", (part: string) => {
            body += part;
          })
          .on("end", () => resolve(new Response(body, { status: answer.statusCode ?? 500 })));
      }).on("error", reject);
    });
  const { header, clientId } = azure.identity("bot");
  const tokenFor = async (resource: string) => {
    const path = `/identity/token?api-version=2019-08-01&client_id=${clientId}&resource=${encodeURIComponent(resource)}`;
    const answer = await fromAzure(path, { "x-identity-header": header });
    return token.parse(await answer.json()).access_token;
  };
  const arm = await tokenFor("https://management.azure.com");
  const { AZURE_SUBSCRIPTION_ID: subscription, INSTANCES_GROUP: group } = z
    .object({ AZURE_SUBSCRIPTION_ID: z.string(), INSTANCES_GROUP: z.string() })
    .parse(azure.outputs()["settings"]);
  const botFramework = await tokenFor("https://api.botframework.com");
  const json = { "content-type": "application/json" };
  const chat = teams.places.personal(teams.people.mia);
  const calls: Readonly<Record<string, () => Promise<Response>>> = {
    "Azure, a list of VMs": () =>
      fromAzure(
        `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.Compute/virtualMachines?api-version=2025-04-01`,
        { authorization: `Bearer ${arm}` },
      ),
    "Discord, a message": () =>
      fetch(`${discord.url}/v10/channels/${discord.adminChannelId}/messages`, {
        method: "POST",
        headers: { ...json, authorization: `Bot ${discord.botToken}` },
        body: JSON.stringify({ content: "Hello" }),
      }),
    "Teams, a message": () =>
      fetch(`${teams.serviceUrl}v3/conversations/${encodeURIComponent(chat)}/activities`, {
        method: "POST",
        headers: { ...json, authorization: `Bearer ${botFramework}` },
        body: JSON.stringify({ type: "message", text: "Hello" }),
      }),
  };
  const rows: { what: string; median: number }[] = [];
  for (const [what, call] of Object.entries(calls)) {
    const took: number[] = [];
    for (let count = 0; count < by(scale, 30, 200); count += 1) {
      const start = now();
      const answer = await call();
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${what}: ${answer.status} ${text}`);
      took.push(now() - start);
    }
    rows.push({ what, median: median(took) });
  }
  agent.destroy();
  return {
    title: "The simulators themselves",
    raw: rows,
    lines: table(
      ["call", "median"],
      rows.map(({ what, median: took }) => [what, took < 10 ? `${took.toFixed(1)} ms` : ms(took)]),
    ),
  };
};
