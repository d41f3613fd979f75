import { afterAll, beforeAll, expect, test } from "vitest";
import { neededOnInstances, neededOnScaleSet } from "../../bot/cloud/rights.ts";
import { memberKey } from "../../bot/core/names.ts";
import { builtInRoles } from "../../local/azure/access/builtin.ts";
import { matches } from "../../local/azure/access/condition.ts";
import { operatorEnvironment } from "../../local/azure/environment.ts";
import type { Question } from "../../local/azure/world.ts";
import type { Person } from "../../local/discord/people.ts";
import { operations } from "../infra/operations.ts";
import { startWorld, type World } from "../world.ts";

/*
 * The bot has the rights that it needs, and no other. The simulator asks for each action as Azure does, linked ones
 * included (those on resources that a write only points to: join, assign, attach, copy from). Here everything that a
 * member and an admin can do is done once, and what was asked for is compared with what infra/modules/bot-rights.bicep
 * grants: if an entry is the only one that answers some question, then without it that step is refused.
 */

/** Where an entry holds, and what it says. */
function titleOf({ scope, pattern }: Entry): string {
  const [, , , , group, , , kind] = scope.split("/");
  const place = kind === undefined ? (group ?? "subscription") : kind.replace(/s$/, "");
  return `${place}: ${pattern}`;
}

/** What the Functions host does in the bot's name, and what is done in storage: neither is part of the simulated Azure. */
const ofTheHost: Readonly<Record<string, RegExp>> = {
  "Storage Blob Data Owner": /\/storageAccounts\/\w+$/,
  "Storage Queue Data Contributor": /\/storageAccounts\/\w+$/,
  "Storage Table Data Contributor": /\/storageAccounts\/\w+$/,
  "Monitoring Metrics Publisher": /\/components\/[\w-]+$/,
};

/** A built-in role comes whole: with the right to read the token's value, the one to see that it is there. */
const comesAlong = ({ role, pattern }: Entry) =>
  role === "Key Vault Secrets User" && pattern === "Microsoft.KeyVault/vaults/secrets/readMetadata/action";

/** What a grant says: one action, or a pattern of them, on everything at and below a scope. */
interface Entry {
  readonly role: string;
  readonly scope: string;
  readonly plane: Question["plane"];
  readonly pattern: string;
}

const answers = ({ plane, pattern, scope }: Entry, question: Question) =>
  plane === question.plane &&
  matches(pattern, question.action) &&
  `${question.scope}/`.toLowerCase().startsWith(`${scope}/`.toLowerCase());

interface Definition {
  readonly roleName: string;
  readonly permissions: readonly { readonly actions?: string[]; readonly dataActions?: string[] }[];
}

/** All that the roles of an identity let it do, entry by entry. */
function entriesOf(world: World, principal: string): Entry[] {
  const resources = world.azure.resources();
  return resources
    .filter(
      ({ type, properties }) => type.endsWith("roleAssignments") && properties["principalId"] === principal,
    )
    .flatMap(({ properties }) => {
      const id = String(properties["roleDefinitionId"]).split("/").at(-1) ?? "";
      const custom = resources.find(({ type, name }) => type.endsWith("roleDefinitions") && name === id);
      const definition = custom?.properties as unknown as Definition | undefined;
      const role = builtInRoles[id];
      const permissions = definition?.permissions ?? (role ? [role] : []);
      const scope = String(properties["scope"]);
      return permissions.flatMap(({ actions = [], dataActions = [] }) =>
        (
          [
            ["actions", actions],
            ["dataActions", dataActions],
          ] as const
        ).flatMap(([plane, patterns]) =>
          patterns.map((pattern) => ({
            role: definition?.roleName ?? role?.name ?? id,
            scope,
            plane,
            pattern,
          })),
        ),
      );
    });
}

/** Everything that people can do with the bot and Azure, once. */
async function everything(world: World): Promise<void> {
  const { ada, mia, max, sam } = world.discord.people;
  const does = async (person: Person, line: string, options: Readonly<Record<string, string>> = {}) => {
    const answer = await world.client.types(person, line, options);
    await world.settle();
    return answer;
  };
  await world.enroll(mia);
  // The extension for sign-in fails, and is taken off and installed once more.
  world.azure.faults.set({ kind: "extension", times: 1 });
  await does(mia, "openclaw request");
  await does(mia, "openclaw open-access", { address: "203.0.113.7" });
  await does(mia, "openclaw close-access");
  await does(mia, "openclaw restart");
  // What the first one asked on the VM is cleared away.
  await does(mia, "openclaw restart");
  await does(mia, "openclaw stop");
  await does(mia, "openclaw start");
  await does(mia, "openclaw status");
  await does(mia, "openclaw backup now");
  await does(mia, "openclaw backups");
  const question = await does(mia, "openclaw teardown");
  await world.client.clicks(mia, "Yes, tear it down", question);
  await world.settle();
  await does(mia, "openclaw request");
  await deleteMachine(world, vmOf(world, "Mia Member"));
  await does(mia, "openclaw teardown", { "no-backup": "true", name: vmOf(world, "Mia Member") });

  await world.enroll(max);
  await world.client.types(max, "openclaw request");
  await world.work(4);
  await does(max, "openclaw cancel");
  // The group has no room on record for another deployment, until old ones go.
  world.azure.faults.set({ kind: "history" });
  await world.client.types(max, "openclaw request");
  await world.work(8);
  await world.app.sweep();
  await world.settle();
  world.azure.faults.clear();
  await world.client.removes(ada, { person: max.id });
  await world.settle();

  expect((await does(ada, "openclaw-admin health")).private).toBe(true);
  expect(world.client.latest(ada).text).toContain("Rights missing in Azure\nnone");

  // A secret that somebody deleted is recovered.
  const secret = `/secrets/${vmOf(world, "Sam Stranger")}?api-version=7.5`;
  for (const [method, body] of [["PUT", { value: "{}" }], ["DELETE"]] as const) {
    const { status } = await asOperator(world, "https://vault.azure.net", { method, path: secret, body });
    expect(status).toBe(200);
  }
  await world.enroll(sam);
}

const vmOf = (world: World, name: string) =>
  `openclaw-${memberKey(world.azure.people.list().find((person) => person.displayName === name)?.id ?? "")}`;

/** Somebody deletes the VM beside the bot, and keeps the network card that would have gone with it. */
async function deleteMachine(world: World, name: string): Promise<void> {
  const idOf = (type: string, called: string) =>
    world.azure.resources().find((each) => each.name === called && each.type.endsWith(type))?.id;
  const nic = {
    id: idOf("networkInterfaces", `${name}-nic`),
    properties: { primary: true, deleteOption: "Detach" },
  };
  for (const [method, body] of [
    ["PATCH", { properties: { networkProfile: { networkInterfaces: [nic] } } }],
    ["DELETE", undefined],
  ] as const) {
    const path = `${idOf("virtualMachines", name)}?api-version=2026-04-01`;
    const { ok } = await asOperator(world, "https://management.azure.com", { method, path, body });
    expect(ok).toBe(true);
    world.azure.advance(120);
  }
}

/** A call by the owner of the subscription. */
async function asOperator(
  { azure }: World,
  audience: string,
  call: { method: string; path: string; body?: unknown },
): Promise<Response> {
  const { IDENTITY_ENDPOINT, IDENTITY_HEADER } = operatorEnvironment(azure);
  const token = await fetch(`${IDENTITY_ENDPOINT}?api-version=2019-08-01&resource=${audience}`, {
    headers: { "x-identity-header": IDENTITY_HEADER },
  });
  const { access_token: bearer } = (await token.json()) as { access_token: string };
  return fetch(`${azure.url}${call.path}`, {
    method: call.method,
    headers: { authorization: `Bearer ${bearer}`, "content-type": "application/json" },
    ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
  });
}

/** Takes one action out of the bot's roles; `back` gives it back. */
async function withdraw(world: World, action: string): Promise<{ back(): Promise<void> }> {
  const role = world.azure
    .resources()
    .find(
      ({ type, properties }) =>
        type.endsWith("roleDefinitions") &&
        properties["type"] === "CustomRole" &&
        JSON.stringify(properties).includes(`"${action}"`),
    );
  if (!role) throw new Error(`nothing grants ${action}`);
  const { permissions } = role.properties as unknown as Definition;
  const define = async (changed: typeof permissions) => {
    const { status } = await asOperator(world, "https://management.azure.com", {
      method: "PUT",
      path: `${role.id}?api-version=2022-04-01`,
      body: { properties: { ...role.properties, permissions: changed } },
    });
    expect(status).toBe(201);
  };
  await define(
    permissions.map((permission) =>
      Object.fromEntries(
        Object.entries(permission).map(([plane, list]) => [
          plane,
          list.filter((each: string) => each !== action),
        ]),
      ),
    ),
  );
  return { back: () => define(permissions) };
}

let world: World;
const asked: Question[] = [];
beforeAll(async () => {
  world = await startWorld({}, { asked: (question) => asked.push(question) });
});
afterAll(() => world.close());

test("each right is needed, and none is missing", { timeout: 240_000 }, async () => {
  await everything(world);
  expect(world.errors).toEqual([]);
  const bot = world.azure.identity("bot").principalId;
  // Each question once: most are asked again with every look, and comparing them all would stop this process for seconds.
  const mine = [
    ...new Map(
      asked
        .filter(({ principal }) => principal === bot)
        .map((question) => [JSON.stringify(question).toLowerCase(), question]),
    ).values(),
  ];
  const refused = mine.filter(({ allowed }) => !allowed).map(({ action, scope }) => `${action} on ${scope}`);
  // Having recovered a secret, Microsoft's SDK looks whether its value can be read; that it may not tells it enough.
  const secret = `${world.azure.resources().find(({ type }) => type.endsWith("/vaults"))?.id}/secrets/${vmOf(world, "Sam Stranger")}`;
  expect(new Set(refused)).toEqual(
    new Set([`Microsoft.KeyVault/vaults/secrets/getSecret/action on ${secret}`]),
  );

  // The simulator asks for nothing that Azure's lists do not know.
  const listed = (plane: Question["plane"]) => operations[plane].map((name) => name.toLowerCase());
  const unlisted = mine.filter(({ plane, action }) => !listed(plane).includes(action.toLowerCase()));
  expect([...new Set(unlisted.map(({ action }) => action))]).toEqual([]);

  // What `health` looks for is all that was asked for here; reads come along with the right to assign roles.
  const changes = mine.filter(
    ({ plane, action, scope }) =>
      plane === "actions" && /\/(write|delete|action)$/i.test(action) && scope.includes("/openclaw-rg"),
  );
  const looked = [...neededOnInstances, ...neededOnScaleSet].map((action) => action.toLowerCase());
  const unseen = changes
    .map(({ action }) => action)
    .filter((action) => !looked.includes(action.toLowerCase()));
  expect([...new Set(unseen)]).toEqual([]);
  // And all of it was asked for.
  const made = new Set(changes.map(({ action }) => action.toLowerCase()));
  expect(looked.filter((action) => /\/(write|delete|action)$/.test(action) && !made.has(action))).toEqual([]);

  const entries = entriesOf(world, bot);
  const needed = (entry: Entry) =>
    mine.some((question) => entries.every((other) => (other === entry) === answers(other, question)));
  const idle = entries.filter(
    (entry) => !needed(entry) && !comesAlong(entry) && !ofTheHost[entry.role]?.test(entry.scope),
  );
  expect(idle.map(titleOf)).toEqual([]);
  const actions = new Set(mine.map(({ action }) => action.toLowerCase()));
  console.log(`rights: ${entries.length} entries, ${actions.size} actions asked for`);
});

test("without a right the step that needs it fails, and the person hears of it", {
  timeout: 120_000,
}, async () => {
  const { mia, sam } = world.discord.people;
  const refusals = () => asked.filter(({ allowed }) => !allowed).map(({ action }) => action);
  const lastTold = (person: Person) => world.client.dms(person).at(-1)?.text ?? "";
  await world.client.types(mia, "openclaw request");
  await world.settle();
  expect(lastTold(mia)).toContain("Your OpenClaw is ready");

  await withdraw(world, "Microsoft.Compute/virtualMachines/deallocate/action");
  await world.client.types(mia, "openclaw stop");
  await world.settle();
  expect(lastTold(mia)).toContain("I lack a right in Azure");
  expect(refusals().at(-1)).toBe("Microsoft.Compute/virtualMachines/deallocate/action");

  // An admin who asks how the bot is hears of it too.
  await world.client.types(world.discord.people.ada, "openclaw-admin health");
  await world.settle();
  expect(world.client.latest(world.discord.people.ada).text).toContain(
    "Microsoft.Compute/virtualMachines/deallocate/action on openclaw-rg",
  );

  // Linked: the deployment names the scale set, and may not attach a VM to it.
  const toJoin = "Microsoft.Compute/virtualMachineScaleSets/write";
  const granted = await withdraw(world, toJoin);
  await world.client.types(world.discord.people.ada, "openclaw-admin health");
  await world.settle();
  expect(world.client.latest(world.discord.people.ada).text).toContain(`${toJoin} on openclaw-set`);
  await world.client.types(sam, "openclaw request");
  await world.settle();
  expect(lastTold(sam)).toContain("I lack a right in Azure");
  expect(refusals()).toContain(toJoin);
  const told = world.client.adminChannel(world.discord.people.ada).at(-1)?.text;
  expect(told).toContain("LinkedAuthorizationFailed");
  expect(told).toContain("attachToScaleSet=false");
  await granted.back();
  await world.client.types(sam, "openclaw cancel");
  await world.settle();
  // A role that somebody has taken away altogether: the token can't be read.
  const token = world.azure
    .resources()
    .find(
      ({ type, properties }) =>
        type.endsWith("roleAssignments") && String(properties["scope"]).endsWith("/discord-bot-token"),
    );
  const path = `${token?.id}?api-version=2022-04-01`;
  expect((await asOperator(world, "https://management.azure.com", { method: "DELETE", path })).ok).toBe(true);
  await world.client.types(world.discord.people.ada, "openclaw-admin health");
  await world.settle();
  expect(world.client.latest(world.discord.people.ada).text).toMatch(
    /Microsoft\.KeyVault\/vaults\/secrets\/getSecret\/action on \S+\/discord-bot-token/,
  );

  // Linked: the deployment names the address, and may not use it.
  await withdraw(world, "Microsoft.Network/publicIPAddresses/join/action");
  await world.client.types(sam, "openclaw request");
  await world.settle();
  expect(lastTold(sam)).toContain("I lack a right in Azure");
  expect(refusals()).toContain("Microsoft.Network/publicIPAddresses/join/action");
});
