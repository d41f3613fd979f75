import { afterAll, beforeAll, expect, test } from "vitest";
import type { Exchange } from "../../local/traffic.ts";
import { startWorld, type World } from "../world.ts";

/*
 * What each operation asks of Azure, counted on the wire: one member, the simulator at Azure's usual times. In order: each goes on where the one
 * before it ended.
 */
const heard: Exchange[] = [];
let world: World;
beforeAll(async () => {
  world = await startWorld({}, { heard: (exchange) => heard.push(exchange) });
}, 60_000);
afterAll(() => world.close());

const rows: string[] = [];
async function counted(name: string, does: () => Promise<unknown>): Promise<void> {
  heard.length = 0;
  await does();
  await world.settle();
  const arm = heard.filter(({ service }) => service === "arm");
  const reads = arm.filter(({ request }) => request.method === "GET").length;
  const others = heard.filter(({ service }) => service === "keyvault" || service === "graph").length;
  rows.push(`| ${name} | ${arm.length} | ${reads} | ${arm.length - reads} | ${others} |`);
  if (process.env["ORDER"]?.split(",").includes(name))
    console.log(
      name,
      arm
        .map(
          ({ request, response }) =>
            `\n  ${request.method} ${response.status} ${new URL(request.url, "https://a").pathname
              .replace(/.*\/providers\//, "")
              .replace(/^Microsoft\./, "")
              .replaceAll(/[a-z2-7]{10,12}/g, "*")}`,
        )
        .join(""),
    );
  if (process.env["PATHS"]?.split(",").includes(name)) {
    const by = new Map<string, number>();
    for (const { request } of arm) {
      const path = `${request.method} ${new URL(request.url, "https://a").pathname.replace(/.*\/providers\//, "").replaceAll(/[a-z2-7]{10,12}/g, "*")}`;
      by.set(path, (by.get(path) ?? 0) + 1);
    }
    console.log(name, [...by].map(([path, count]) => `\n  ${count} ${path}`).join(""));
  }
}

test("calls of each operation", async () => {
  const { max, ada } = world.discord.people;
  const { client } = world;
  const asks =
    (line: string, options = {}) =>
    () =>
      client.types(max, `openclaw ${line}`, options);
  await counted("roster add", () =>
    client.types(ada, "openclaw-admin roster add", { person: max.id, entra: "max@contoso.com" }),
  );
  await counted("request", asks("request"));
  await counted("status, on", asks("status"));
  await counted("open access", asks("open-access", { address: "203.0.113.7" }));
  await counted("close access", asks("close-access"));
  await counted("connect", asks("connect"));
  await counted("restart", asks("restart"));
  await counted("stop", asks("stop"));
  await counted("status, off", asks("status"));
  await counted("start", asks("start"));
  await counted("backup", asks("backup now"));
  const question = await client.types(max, "openclaw teardown");
  await counted("teardown", () => client.clicks(max, "Yes, tear it down", question));
  console.log(
    ["| operation | ARM calls | reads | changes | vault, Graph |", "|---|---|---|---|---|", ...rows].join(
      "\n",
    ),
  );
  expect(world.errors).toEqual([]);
});
