import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { z } from "zod";
import type { Exchange } from "../../local/traffic.ts";
import { unrecordedFile } from "../recording.ts";
import { startWorld, type World } from "../world.ts";
import { azAt } from "./az.ts";

/*
 * What Microsoft's own az asks of Azure for what the bot does in one command: the reference for the bot's own calls. In order: each goes on where
 * the one before it ended. az looks every ten seconds or so at what takes time; how often that is depends on the simulator's times, so that its
 * looks are counted apart.
 */
unrecordedFile("az names versions that no specification at hand has, and sends deployments that are no JSON");

const found = inject("az");
const heard: Exchange[] = [];
const group = "openclaw-rg";
const vm = "openclaw-max0000001";
const at = (name: string) => ["--resource-group", group, "--name", name];
const rule = [...at("ssh"), "--nsg-name", `${vm}-nsg`];
let world: World;
let azs: ReturnType<typeof azAt>;
let passing: NodeJS.Timeout | undefined;
let parameters = "";
let homeDisk = "";

beforeAll(async () => {
  if ("missing" in found) return;
  world = await startWorld({}, { speed: 20, heard: (exchange) => heard.push(exchange) });
  const { mia } = world.discord.people;
  await world.enroll(mia);
  await world.client.types(mia, "openclaw request");
  await world.settle();
  azs = azAt(found.path, world.azure);
  // Nothing moves the clock while az waits.
  passing = setInterval(() => world.pass(1), 100);
  expect((await azs.as()("login", "--identity")).code).toBe(0);
  parameters = await parametersFor("max0000001");
  homeDisk = `/subscriptions/${world.parts.settings.place.subscription}/resourceGroups/${group}/providers/Microsoft.Compute/disks/${vm}-home`;
});
afterAll(async () => {
  clearInterval(passing);
  azs?.close();
  await world?.close();
});
beforeEach((context) => {
  if ("missing" in found) context.skip(found.missing);
});

/** A file with the parameters that the bot gave, for another member. */
async function parametersFor(key: string): Promise<string> {
  const az = azs.as();
  const list = await az("deployment", "group", "list", "--resource-group", group, "--query", "[].name");
  const name = z
    .array(z.string())
    .parse(list.out)
    .find((each) => !each.includes("-identity-"));
  const shown = await az(
    "deployment",
    "group",
    "show",
    ...at(name ?? ""),
    "--query",
    "properties.parameters",
  );
  const given = z.record(z.string(), z.object({ value: z.unknown().optional() })).parse(shown.out);
  const file = join(azs.folder, "parameters.json");
  const values = Object.fromEntries(Object.entries(given).map(([each, { value }]) => [each, { value }]));
  writeFileSync(
    file,
    JSON.stringify({
      $schema: "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
      contentVersion: "1.0.0.0",
      parameters: { ...values, key: { value: key }, ownerName: { value: "Max Member" } },
    }),
  );
  return file;
}

/** An operation's own URL, which az asks until that has ended. */
const isLook = ({ request }: Exchange) =>
  request.method === "GET" && /\/operationStatuses\/|\/operations\/|\/operationresults\//i.test(request.url);

describe("what az asks of Azure by hand", () => {
  const rows: string[] = [];
  const byHand: readonly (readonly [string, () => readonly (readonly string[])[]])[] = [
    [
      "request",
      () => [
        [
          ...["deployment", "group", "create", ...at("by-az"), "--template-file", "infra/instance.json"],
          ...["--parameters", `@${parameters}`],
        ],
      ],
    ],
    ["status, on", () => [["vm", "get-instance-view", ...at(vm)]]],
    [
      "open access",
      () => [
        [
          ...["network", "nsg", "rule", "create", ...rule, "--priority", "200", "--access", "Allow"],
          ...["--protocol", "Tcp", "--destination-port-ranges", "22"],
          ...["--source-address-prefixes", "203.0.113.7"],
        ],
      ],
    ],
    ["close access", () => [["network", "nsg", "rule", "delete", ...rule]]],
    ["connect", () => [["vm", "show", "--show-details", ...at(vm)]]],
    ["restart", () => [["vm", "restart", ...at(vm)]]],
    ["stop", () => [["vm", "deallocate", ...at(vm)]]],
    ["status, off", () => [["vm", "get-instance-view", ...at(vm)]]],
    ["start", () => [["vm", "start", ...at(vm)]]],
    ["backup", () => [["snapshot", "create", ...at("kept"), "--source", homeDisk, "--incremental", "true"]]],
    [
      "teardown",
      () => [
        ["vm", "delete", ...at(vm), "--yes"],
        ["network", "nic", "delete", ...at(`${vm}-nic`)],
        ["network", "public-ip", "delete", ...at(`${vm}-ip`)],
        ["network", "nsg", "delete", ...at(`${vm}-nsg`)],
        ["disk", "delete", ...at(`${vm}-os`), "--yes"],
        ["disk", "delete", ...at(`${vm}-home`), "--yes"],
      ],
    ],
  ];

  for (const [name, commands] of byHand)
    it(name, async () => {
      const az = azs.as();
      heard.length = 0;
      for (const command of commands()) {
        const { code, errors } = await az(...command);
        expect(code, `az ${command.join(" ")}: ${errors}`).toBe(0);
      }
      const arm = heard.filter(({ service }) => service === "arm");
      const looks = arm.filter(isLook).length;
      rows.push(`| ${name} | ${commands().length} | ${arm.length - looks} | ${looks} |`);
      expect(arm.length).toBeGreaterThan(0);
    });

  afterAll(() => {
    const head = "| operation | commands | ARM calls | looks while it waits |\n|---|---|---|---|";
    console.log([head, ...rows].join("\n"));
  });
});
