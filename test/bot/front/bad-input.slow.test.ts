import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { readConfig } from "../../../bot/config/config.ts";
import { memberKey } from "../../../bot/core/names.ts";
import { type Person, privateChannelId } from "../../../local/discord/people.ts";
import { unrecordedTest } from "../../recording.ts";
import { startWorld, type World } from "../../world.ts";
import { changesIn } from "../tables.ts";

/** Whatever anybody sends: said so, and nothing changed. Mia has an instance, Max is on the roster without one. */
let world: World;
let mia: Person;
let max: Person;
let ada: Person;
let sam: Person;
beforeAll(async () => {
  world = await startWorld();
  ({ mia, max, ada, sam } = world.discord.people);
  await world.enroll(mia);
  await world.enroll(max);
  await world.client.types(mia, "openclaw request");
  await world.settle();
}, 60_000);
afterAll(() => world.close());
beforeEach(() => world.azure.faults.clear());

const now = () => Math.floor(world.now().getTime() / 1000);
const keyOf = (name: string): string =>
  memberKey(world.azure.people.list().find((person) => person.displayName === name)?.id ?? "");
const instanceOf = async (name: string) => (await world.parts.store.person(keyOf(name))).instance?.value;
const idOf = (name: string): string =>
  world.azure.people.list().find((person) => person.displayName === name)?.id ?? "";

/** Does it, and answers with what the person sees, after making sure that no row was written and nothing queued. */
async function writingNothing<T>(doing: () => Promise<T>): Promise<T> {
  const { result, everything } = await changesIn(world, doing);
  expect(everything).toEqual([]);
  expect(world.queue.waiting()).toEqual([]);
  return result;
}

/** An interaction's body as Discord would send it, without sending it. */
async function bodyOf(
  person: Person,
  command: string,
  payload: Readonly<Record<string, unknown>> = {},
  options: Readonly<Record<string, string>> = {},
): Promise<string> {
  const outcome = await world.discord.interact(
    person,
    { command, options },
    { forge: true, badSignature: true, payload },
  );
  if (!("sent" in outcome)) throw new Error(outcome.reason);
  return JSON.stringify(outcome.sent);
}

type Answer = { data?: { embeds?: { title?: string; description?: string }[]; flags?: number } };
const textOf = (body: unknown): string =>
  ((body as Answer).data?.embeds ?? []).map(({ title, description }) => `${title} ${description}`).join(" ");

/** What a person is answered who sends a button's data that no button of theirs carries. */
async function forges(person: Person, data: string) {
  unrecordedTest("a click on no message");
  const body = await bodyOf(person, "openclaw help", {
    type: 3,
    data: { custom_id: data, component_type: 2, id: 1 },
  });
  const { status, body: answer } = await world.discord.deliver(body);
  expect(status).toBe(200);
  expect((answer as Answer).data?.flags).toBe(64);
  return textOf(answer);
}

describe("what Discord has not sent is answered 401 with an empty body", () => {
  test.for<[string, (body: string) => Promise<{ status: number; body: unknown }>]>([
    ["a bad signature", (body) => world.discord.deliver(body, { badSignature: true })],
    ["a signature from long ago", (body) => world.discord.deliver(body, { timestamp: now() - 301 })],
    ["a signature from the future", (body) => world.discord.deliver(body, { timestamp: now() + 301 })],
    ["no signature", (body) => posted(body)],
    ["half a signature", (body) => posted(body, { "x-signature-ed25519": "00" })],
    ["an empty body", () => world.discord.deliver("")],
    ["no JSON", () => world.discord.deliver("{")],
    ["JSON that is no interaction", () => world.discord.deliver('{"hello":"world"}')],
    [
      "an interaction of a kind that we have none of",
      async (body) => world.discord.deliver(JSON.stringify({ ...JSON.parse(body), type: 4 })),
    ],
    [
      "an interaction of nobody",
      async (body) => world.discord.deliver(JSON.stringify({ ...JSON.parse(body), member: undefined })),
    ],
    [
      "an interaction whose id is no id",
      async (body) => world.discord.deliver(JSON.stringify({ ...JSON.parse(body), id: "../member" })),
    ],
  ])("%s", async ([, send]) => {
    const body = await bodyOf(mia, "openclaw stop");
    const answer = await writingNothing(() => send(body));
    expect(answer).toEqual({ status: 401, body: "" });
  });

  async function posted(body: string, headers: Readonly<Record<string, string>> = {}) {
    const response = await fetch(world.discord.interactionsUrl, { method: "POST", body, headers });
    return { status: response.status, body: await response.text() };
  }
});

describe("the place", () => {
  test.for<[string, Readonly<Record<string, unknown>>]>([
    ["another server", { guild_id: "1100000000000000999" }],
    ["a private channel of others", { guild_id: undefined, context: 2, channel_id: privateChannelId }],
  ])("%s: refused politely, only to them", async ([, payload]) => {
    unrecordedTest("a place that does not fit the rest of the interaction");
    const body = await bodyOf(mia, "openclaw request", payload);
    const { body: answer } = await writingNothing(() => world.discord.deliver(body));
    expect(textOf(answer)).toContain("work for one team only");
    expect((answer as Answer).data?.flags).toBe(64);
  });

  test("a direct message with the bot is no server's, and will do for a member", async () => {
    const body = await bodyOf(mia, "openclaw help", {
      guild_id: undefined,
      member: undefined,
      user: { id: mia.id, username: mia.username },
      context: 1,
    });
    expect(JSON.parse(body)).not.toHaveProperty("guild_id");
    const { body: answer } = await world.discord.deliver(body);
    expect(textOf(answer)).toContain("What you can do");
  });

  test("there, a stranger is a stranger too", async () => {
    const body = await bodyOf(sam, "openclaw help", {
      guild_id: undefined,
      member: undefined,
      user: { id: sam.id, username: sam.username },
      context: 1,
    });
    const { body: answer } = await writingNothing(() => world.discord.deliver(body));
    expect(textOf(answer)).toContain("not on this team's roster");
  });
});

describe("what is not understood is answered with what would be", () => {
  const typed = (...options: object[]) => ({ data: { id: "1", name: "openclaw", type: 1, options } });
  test.for<[string, object, string]>([
    [
      "an unknown subcommand",
      typed({ type: 1, name: "fly" }),
      "I don't know “fly”. Type help to see what you can do here.",
    ],
    ["no subcommand", typed(), "That isn't a command. Type help"],
    ["a hidden command's name in capitals", typed({ type: 1, name: "STOP" }), "I don't know “STOP”"],
    [
      "an option that the command has not",
      typed({ type: 1, name: "stop", options: [{ type: 3, name: "force", value: "yes" }] }),
      "“stop” has no option “force”. It has no options.",
    ],
    [
      "an option named as something every object has",
      typed({ type: 1, name: "teardown", options: [{ type: 3, name: "constructor", value: "x" }] }),
      "“teardown” has no option “constructor”. Its options: no-backup (optional), name (optional), force (optional)",
    ],
    [
      "a flag that is neither",
      typed({ type: 1, name: "teardown", options: [{ type: 3, name: "no-backup", value: "maybe" }] }),
      "no-backup must be true or false, not “maybe”",
    ],
  ])("%s", async ([, payload, sentence]) => {
    const body = await bodyOf(mia, "openclaw status", { ...payload });
    const { body: answer } = await writingNothing(() => world.discord.deliver(body));
    expect(textOf(answer)).toContain(sentence);
  });

  test("no answer names an option that only buttons fill in", async () => {
    const body = await bodyOf(mia, "openclaw status", {
      ...typed({ type: 1, name: "teardown", options: [{ type: 3, name: "x", value: "x" }] }),
    });
    expect(textOf((await world.discord.deliver(body)).body)).not.toContain("confirmed");
  });

  test("a button of another time, or of nobody's making", async () => {
    expect(await writingNothing(() => forges(mia, "v0:stop:"))).toContain(
      "Type help to see what you can do here",
    );
    expect(await writingNothing(() => forges(mia, "nonsense"))).toContain(
      "Type help to see what you can do here",
    );
    expect(await writingNothing(() => forges(ada, "v1:roster.remove::person=constructor"))).toContain(
      "person must be someone here in chat",
    );
  });
});

describe("whoever is put on the roster", () => {
  test.for<[string, Readonly<Record<string, string>>, string]>([
    ["an e-mail that the directory lacks", { entra: "nobody@contoso.com" }, "is not in your organisation"],
    ["an account that is switched off", { entra: "dora@contoso.com" }, "is disabled in the directory"],
    ["neither e-mail nor id", { entra: "Sam" }, "is neither an e-mail address nor an object id"],
    ["nothing", {}, "Add entra: with the Entra e-mail or object id"],
    ["somebody who is on it already", { entra: "mia@contoso.com" }, "Mia Member is already on the roster"],
  ])("%s", async ([, options, sentence]) => {
    const { result, changed } = await changesIn(world, () => adds(sam, options));
    expect(result).toContain(sentence);
    expect(changed).toEqual([]);
  });

  test("a Discord user who is linked to somebody else", async () => {
    const { result, changed } = await changesIn(world, () => adds(mia, { entra: "sam@contoso.com" }));
    expect(result).toContain("is already linked to mia@contoso.com. If that's wrong");
    expect(changed).toEqual([]);
  });

  test("a login role that there is not", async () => {
    const body = await bodyOf(ada, "openclaw-admin roster list", {
      data: {
        id: "2",
        name: "openclaw-admin",
        type: 1,
        options: [
          {
            type: 2,
            name: "roster",
            options: [
              {
                type: 1,
                name: "add",
                options: [
                  { type: 6, name: "person", value: sam.id },
                  { type: 3, name: "login", value: "root" },
                ],
              },
            ],
          },
        ],
        resolved: { users: { [sam.id]: { id: sam.id, username: sam.username } } },
      },
    });
    const { body: answer } = await writingNothing(() => world.discord.deliver(body));
    expect(textOf(answer)).toContain("login must be user or administrator, not “root”");
  });

  test("without the right to read the directory: the e-mail is refused, saying what is missing", async () => {
    world.azure.faults.set({ kind: "graph" });
    const { result, changed } = await changesIn(world, () => adds(sam, { entra: "sam@contoso.com" }));
    expect(result).toContain("I lack the Graph permission User.Read.All");
    expect(result).toContain("object id instead of the e-mail, which works at once");
    expect(result).toContain("After this refusal, a grant can take up to 24 hours to work");
    expect(changed).toEqual([]);
  });

  test("without that right, an object id is taken as it is", async () => {
    world.azure.faults.set({ kind: "graph" });
    expect(await adds(sam, { entra: idOf("Sam Stranger").toUpperCase() })).toContain("is on the roster");
    await world.client.removes(ada, { person: sam.id });
    await world.settle();
    expect((await world.client.types(sam, "openclaw help")).text).toContain("not on this team's roster");
  });

  async function adds(person: Person, options: Readonly<Record<string, string>>): Promise<string> {
    await world.client.types(ada, "openclaw-admin roster add", { person: person.id, ...options });
    await world.settle();
    return world.client.latest(ada).text;
  }
});

test.for([
  ["10.1.2.3", "private or reserved"],
  ["192.168.178.20", "private or reserved"],
  ["100.64.0.1", "private or reserved"],
  ["127.0.0.1", "private or reserved"],
  ["169.254.169.254", "private or reserved"],
  ["::1", "not an IPv4 address"],
  ["203.0.113.256", "not an IPv4 address"],
  ["203.0.113.7; reboot", "not an IPv4 address"],
  ["203.0.113.7/24/8", "not an IPv4 address"],
  ["203.0.113.0/x", "is not a range"],
  ["203.0.113.0/23", "too wide"],
  ["0.0.0.0/0", "private or reserved"],
] as const)("SSH is not opened for %s: %s", async ([address, sentence]) => {
  const answer = await writingNothing(() => world.client.types(mia, "openclaw open-access", { address }));
  expect(answer.text).toContain(sentence);
});

describe("what is done twice is done once", () => {
  const twice: [string, () => Person, string, () => Readonly<Record<string, string>>][] = [
    ["status", () => mia, "openclaw status", () => ({})],
    ["stop", () => mia, "openclaw stop", () => ({})],
    ["request", () => max, "openclaw request", () => ({})],
    [
      "roster add, which is answered later",
      () => ada,
      "openclaw-admin roster add",
      () => ({ person: sam.id, entra: "sam@contoso.com" }),
    ],
    ["roster remove", () => ada, "openclaw-admin roster remove", () => ({ person: sam.id })],
  ];
  test.for(twice)("%s: a replay gets the first answer again", async ([, who, command, options]) => {
    const first = await world.discord.interact(who(), { command, options: options() }, { forge: true });
    if (first.kind !== "message" && first.kind !== "deferred") throw new Error(first.kind);
    const title = String(first.message.embeds[0]?.["title"] ?? first.message.embeds[0]?.["description"]);
    await world.settle();
    const { changed } = await changesIn(world, async () => {
      const answers = [
        await world.discord.deliver(JSON.stringify(first.sent)),
        await world.discord.deliver(JSON.stringify(first.sent)),
      ];
      expect(answers[0]).toEqual(answers[1]);
      if (first.kind === "message") expect(textOf(answers[0]?.body)).toContain(title);
      await world.settle();
    });
    expect(changed).toEqual([]);
  });

  test("a removal that was asked about twice happens once", async () => {
    expect((await world.client.removes(ada, { person: sam.id })).text).toContain(
      "Sam Stranger is off the roster",
    );
    await world.settle();
  });

  test("two at the same time have one effect", async () => {
    const body = await bodyOf(mia, "openclaw start");
    const answers = await Promise.all([1, 2, 3].map(() => world.discord.deliver(body)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    await world.settle();
    expect(world.client.dms(mia).filter(({ text }) => text.includes("Your OpenClaw is ready"))).toHaveLength(
      2,
    );
  });
});

test("what was refused stays refused when it is replayed, although it could be done by then", async () => {
  const body = await bodyOf(mia, "openclaw retry");
  const first = await world.discord.deliver(body);
  expect(textOf(first.body)).toContain("Nothing failed");
  world.azure.faults.set({ kind: "allocation", times: 1 });
  await world.client.types(mia, "openclaw stop");
  await world.settle();
  await world.client.types(mia, "openclaw start");
  await world.settle();
  expect((await instanceOf("Mia Member"))?.last?.outcome).toBe("failed");
  expect(await world.discord.deliver(body)).toEqual(first);
  expect((await instanceOf("Mia Member"))?.operation).toBeUndefined();
  await world.client.types(mia, "openclaw start");
  await world.settle();
});

test("what came during something else changes nothing when it is replayed after it", async () => {
  await world.client.types(mia, "openclaw restart");
  const body = await bodyOf(mia, "openclaw stop");
  const first = await world.discord.deliver(body);
  expect(textOf(first.body)).toContain("A restart is in progress");
  await world.settle();
  const { changed } = await changesIn(world, async () => {
    expect(await world.discord.deliver(body)).toEqual(first);
    await world.settle();
  });
  expect(changed).toEqual([]);
});

describe("a member who forges what the platform would not offer", () => {
  test.for([
    "v1:roster.remove::person=1100000000000000102",
    "v1:roster.list:",
    "v1:roster.add::person=1100000000000000104&entra=sam%40contoso.com&role=admin",
    "v1:leaver.teardown:whatever:key=whatever",
  ])("%s: only admins can do that", async (data) => {
    expect(await writingNothing(() => forges(max, data))).toContain("Only admins can do that");
  });

  test("an admin's command, typed", async () => {
    const answer = await writingNothing(() => world.client.removes(max, { person: mia.id }));
    expect(answer.text).toContain("Only admins can do that");
  });

  test("somebody else's instance is out of reach: a button acts on the caller's own", async () => {
    const generation = (await instanceOf("Mia Member"))?.generation;
    for (const command of ["stop", "start", "teardown", "cancel", "retry", "close-access"])
      expect(await writingNothing(() => forges(max, `v1:${command}:${generation}`))).toContain(
        "Nothing was changed",
      );
    expect(
      await writingNothing(() => forges(max, `v1:stop:${generation}:key=${keyOf("Mia Member")}`)),
    ).toMatch(/Nothing was changed|has no option/);
  });
});

describe("a confirmation", () => {
  const id = (question: { buttons: readonly string[] }, data: readonly string[]) => {
    expect(question.buttons).toEqual(["Keep it", "Yes, tear it down", "Delete all my data"]);
    return data.at(-1) ?? "";
  };
  /** Asks as Mia, and answers with the data of the button that confirms. */
  async function asked(): Promise<string> {
    const question = await world.client.types(mia, "openclaw teardown");
    const data = world.discord
      .messagesFor(mia.id)
      .flatMap(({ components }) => components as { components?: { custom_id?: string }[] }[])
      .flatMap(({ components = [] }) => components.flatMap(({ custom_id }) => custom_id ?? []))
      .filter((custom) => custom.includes("confirmed="));
    return id(question, data);
  }

  test("is of no use to anybody else", async () => {
    const data = await asked();
    expect(await writingNothing(() => forges(max, data))).toContain("Nothing was changed");
    const own = (await instanceOf("Max Member"))?.generation ?? "";
    const moved = data.replace(/^v1:teardown:[^:]*/, `v1:teardown:${own}`);
    expect(await writingNothing(() => forges(max, moved))).toContain("That confirmation isn't yours");
  });

  test("dies after ten minutes", async () => {
    const data = await asked();
    world.pass(601);
    expect(await writingNothing(() => forges(mia, data))).toContain("older than ten minutes");
  });

  test("is for one generation", async () => {
    const data = await asked();
    expect(await writingNothing(() => forges(mia, data.replace(/^(v1:teardown:)[^:]*/, "$1")))).toContain(
      "for another instance",
    );
    expect(await writingNothing(() => forges(mia, data.replace(/^(v1:teardown:)/, "$1x")))).toContain(
      "earlier instance",
    );
  });

  test("is for one command", async () => {
    const data = await asked();
    expect(await writingNothing(() => forges(mia, data.replace("teardown", "stop")))).toContain(
      "has no option",
    );
  });

  test("works once; a replay gets the first answer, another click finds nothing", async () => {
    unrecordedTest("a click on no message");
    const data = await asked();
    const body = await bodyOf(mia, "openclaw help", {
      type: 3,
      data: { custom_id: data, component_type: 2, id: 1 },
    });
    const first = await world.discord.deliver(body);
    expect(textOf(first.body)).toContain("Tearing it down");
    await world.settle();
    const { changed } = await changesIn(world, async () => {
      expect(await world.discord.deliver(body)).toEqual(first);
      expect(await forges(mia, data)).toContain("Nothing was changed");
    });
    expect(changed).toEqual([]);
    await world.client.types(mia, "openclaw request");
    await world.settle();
    expect(await writingNothing(() => forges(mia, data))).toContain("earlier instance");
  });

  test("a form that was opened for a backup alone never deletes a new instance", async () => {
    await forges(mia, await asked());
    await world.settle();
    const form = await world.client.types(mia, "openclaw teardown", { "no-backup": true });
    expect(form.fields).toEqual(["name"]);
    await world.client.types(mia, "openclaw request");
    await world.settle();
    const answer = await writingNothing(() =>
      world.client.fills(mia, { name: `openclaw-${keyOf("Mia Member")}` }),
    );
    expect(answer.text).toContain("Nothing was changed");
  });
});

test("a start without settings names all that are missing, and all that are wrong, at once", () => {
  const { config, faults } = readConfig({});
  expect(config).toBeUndefined();
  expect(faults).toEqual(
    expect.arrayContaining(
      [
        ...["AZURE_CLIENT_ID", "AZURE_TENANT_ID", "AZURE_SUBSCRIPTION_ID", "INSTANCES_GROUP"],
        ...["KEY_VAULT_URL", "KEY_VAULT_ID", "SCALE_SET_ID", "SUBNET_ID", "BOOT_IDENTITY_ID"],
      ].map((name) => `${name} is missing`),
    ),
  );
  const wrong = readConfig({ VM_SIZE: "big", ACCESS_HOURS: "0", BOOTSTRAP_ADMINS: "ada" });
  expect(wrong.faults.join("\n")).toMatch(/VM_SIZE must be.*ACCESS_HOURS.*BOOTSTRAP_ADMINS must be/s);
});

describe("admins", () => {
  test("who is named in BOOTSTRAP_ADMINS counts until the roster really has one", async () => {
    await world.parts.store.changeAdmins(() => ["neverenrolled"]);
    expect((await world.client.types(ada, "openclaw-admin roster list")).text).toContain("Mia Member");
  });

  test("an account that was tied to nobody in the end is free", async () => {
    const account = { platform: "discord", id: sam.id, name: sam.name };
    await world.parts.store.unlink(account, keyOf("Sam Stranger"));
    await world.parts.store.link(account, "neverenrolled");
    const answer = await world.enroll(sam);
    expect(answer.text).toContain("Sam Stranger is on the roster");
    await world.client.removes(ada, { person: sam.id });
    await world.settle();
  });

  test("the last one can't be removed, not even by themselves", async () => {
    await world.client.types(ada, "openclaw-admin roster add", {
      person: ada.id,
      entra: "ada@contoso.com",
      role: "admin",
    });
    await world.settle();
    expect(world.client.latest(ada).text).toContain("Ada Admin is on the roster");
    const answer = await writingNothing(() => world.client.removes(ada, { person: ada.id }));
    expect(answer.text).toContain("That's the last admin");
  });

  test("a second one may take over, and whoever was first is then a stranger", async () => {
    await world.client.types(ada, "openclaw-admin roster add", {
      person: sam.id,
      entra: "sam@contoso.com",
      role: "admin",
    });
    await world.settle();
    const answer = await world.client.removes(ada, { person: ada.id });
    expect(answer.text).toContain("Ada Admin is off the roster");
    await world.settle();
    // Named in BOOTSTRAP_ADMINS, which no longer counts: the roster has an admin.
    expect((await world.client.types(ada, "openclaw-admin roster list")).text).toContain(
      "not on this team's roster",
    );
    expect((await world.client.types(sam, "openclaw-admin roster list")).text).toContain("Mia Member");
  });

  test("nothing of all this was an error of ours", () => {
    expect(world.errors).toEqual([]);
  });
});
