import { generateKeyPairSync, sign } from "node:crypto";
import { expect, vi } from "vitest";
import { z } from "zod";
import { appFrom } from "../../bot/app.ts";
import { readConfig } from "../../bot/config/config.ts";
import { guidOf } from "../../local/azure/world.ts";
import { forgeries } from "../../local/teams/issuer.ts";
import type { Town } from "./town.ts";

/** What somebody tries, and what has to come of it. Each stands under its name in docs/security.md. */
export interface Attack {
  readonly threat: string;
  readonly name: string;
  tries(town: Town): Promise<void>;
}

const nobody = { status: 401, body: "" };

/** What a person reads in an answer of Discord's form. */
const textOf = (body: unknown): string => {
  const { embeds = [] } =
    (body as { data?: { embeds?: { title?: string; description?: string }[] } }).data ?? {};
  return embeds.map(({ title = "", description = "" }) => `${title}\n${description}`).join("\n");
};
const isPrivate = (body: unknown): boolean => (body as { data?: { flags?: number } }).data?.flags === 64;

/** Posts to the bot's endpoint for Discord, unsigned. */
async function posts(town: Town, body: string, headers: Readonly<Record<string, string>>) {
  const answer = await town.world.app.interactions({ headers, body: Buffer.from(body) });
  return { status: answer.status, body: answer.body ?? "" };
}

/** Posts to the bot's endpoint for Teams. */
async function sendsToTeams(town: Town, activity: unknown, authorization: string) {
  const body = Buffer.from(typeof activity === "string" ? activity : JSON.stringify(activity));
  const answer = await town.world.app.messages({ headers: { authorization }, body });
  return { status: answer.status, body: answer.body ?? "" };
}

const bearer = async (town: Town) => `Bearer ${await town.world.teams.tokenFor(town.world.teams.serviceUrl)}`;

/** Signed by Discord and still refused: only the sender sees the answer, and nothing changes. */
async function refusedOnDiscord(town: Town, body: string, sentence: string | RegExp): Promise<void> {
  const { status, body: answer } = await town.inVain(() => town.world.discord.deliver(body));
  expect(status).toBe(200);
  expect(isPrivate(answer)).toBe(true);
  expect(textOf(answer)).toMatch(sentence);
}

/** A click in Teams that carries this, whether or not there is such a button: answered to whoever clicks, and nothing comes of it. */
async function refusedOnTeams(
  town: Town,
  person: Town["onTeams"]["mia"],
  data: string,
  sentence: string | RegExp,
): Promise<void> {
  const action = { type: "Action.Execute", verb: "openclaw", data: { openclaw: data } };
  const about = { type: "invoke", name: "adaptiveCard/action", value: { action, trigger: "manual" } };
  const sent = await town.activity(person, "", about);
  const before = town.teams.sees(person).length;
  const { result, changed } = await town.unharmed(async () => sendsToTeams(town, sent, await bearer(town)));
  expect(result.status).toBe(200);
  const seen = town.teams.sees(person).slice(before);
  expect([result.body, ...seen.map(({ text }) => text)].join("\n")).toMatch(sentence);
  expect(seen.filter((each) => !each.private)).toEqual([]);
  expect(changed).toEqual([]);
}

/** A button's data for a question that Mia was asked. */
async function confirmationOf(town: Town, command: string): Promise<string> {
  const { world, discord } = town;
  await world.client.types(discord.mia, `openclaw ${command}`);
  const data = JSON.stringify(world.discord.messagesFor(discord.mia.id)).matchAll(/"custom_id":"([^"]+)"/g);
  const found = [...data].map(([, id = ""]) => id).findLast((id) => id.includes("confirmed="));
  return found ?? expect.fail("nothing was asked");
}

const generationOf = async (town: Town, who: "mia" | "max" = "mia"): Promise<string> =>
  (await town.world.parts.store.person(town.keyOf(town.onTeams[who]))).instance?.value.generation ?? "";

/** Max has an instance, too, so that nothing is refused for the lack of one. */
async function equipMax(town: Town): Promise<string> {
  if ((await generationOf(town, "max")) === "") {
    await town.world.client.types(town.discord.max, "openclaw request");
    await town.world.settle();
  }
  return (await generationOf(town, "max")) || expect.fail("Max has no instance");
}

/** What stands in a request in base64, at whatever depth. */
function decodedIn(body: unknown): string {
  const strings = JSON.stringify(body ?? null).match(/[A-Za-z0-9+/]{16,}={0,2}/g) ?? [];
  return strings.map((each) => Buffer.from(each, "base64").toString("utf8")).join("\n");
}

/** A link of Mia's to find her address. */
async function linkOf(town: Town): Promise<string> {
  const { link = "" } = await town.world.client.types(town.discord.mia, "openclaw open-access");
  return link.slice(link.lastIndexOf("/") + 1);
}
const visits = (town: Town, token: string, forwardedFor: string | undefined, method = "POST") =>
  town.world.app.access({ method, token, forwardedFor });

const signatures: readonly Attack[] = [
  {
    threat: "Discord's signature",
    name: "no signature, half of one, one of another key, one of another body",
    async tries(town) {
      const body = JSON.stringify(await town.interaction(town.discord.mia, "openclaw stop"));
      const at = String(Math.floor(town.world.now().getTime() / 1000));
      const { privateKey } = generateKeyPairSync("ed25519");
      const other = sign(null, Buffer.from(at + body), privateKey).toString("hex");
      const headers = (signature: string) => ({
        "x-signature-ed25519": signature,
        "x-signature-timestamp": at,
      });
      for (const wrong of [{}, headers(""), headers("00"), headers(other), headers("0".repeat(128))])
        expect(await town.inVain(() => posts(town, body, wrong))).toEqual(nobody);
      expect(await town.inVain(() => town.world.discord.deliver(body, { badSignature: true }))).toEqual(
        nobody,
      );
    },
  },
  {
    threat: "Discord's signature",
    name: "a request that Discord signed is sent again after five minutes, or dated ahead",
    async tries(town) {
      const body = JSON.stringify(await town.interaction(town.discord.mia, "openclaw stop"));
      const now = Math.floor(town.world.now().getTime() / 1000);
      for (const timestamp of [now - 301, now + 301])
        expect(await town.inVain(() => town.world.discord.deliver(body, { timestamp }))).toEqual(nobody);
    },
  },
];

const tokens: readonly Attack[] = [
  ...forgeries.map(
    (forge): Attack => ({
      threat: "Teams' token",
      name: `a forged token: ${forge}`,
      async tries(town) {
        const activity = await town.activity(town.onTeams.mia, "stop");
        const outcome = await town.inVain(() => town.world.teams.deliver(activity, { forge }));
        expect(outcome).toMatchObject({ kind: "failed", status: 401 });
      },
    }),
  ),
  {
    threat: "Teams' token",
    name: "a valid token with an activity from another tenant, another channel or another address for the answers",
    async tries(town) {
      const elsewhere = guidOf("another tenant");
      const sent = await town.activity(town.onTeams.mia, "stop");
      const wrong = [
        { channelData: { tenant: { id: elsewhere } } },
        { conversation: { id: "a:1", tenantId: elsewhere } },
        { channelId: "emulator" },
        { channelId: "webchat" },
        { serviceUrl: "https://example.com/teams/" },
      ];
      const authorization = await bearer(town);
      for (const about of wrong)
        expect(await town.inVain(() => sendsToTeams(town, { ...sent, ...about }, authorization))).toEqual(
          nobody,
        );
    },
  },
  {
    threat: "Teams' token",
    name: "an activity that names someone other than its sender: only what the Bot Framework vouches for counts",
    async tries(town) {
      const { mia, sam } = town.onTeams;
      const sent = await town.activity(sam, "roster remove mia@contoso.com");
      // The name and the id of the account are the sender's to choose; the object id is what counts.
      const from = { id: mia.id, name: mia.name, aadObjectId: sam.objectId };
      const { changed } = await town.unharmed(async () =>
        sendsToTeams(town, { ...sent, from }, await bearer(town)),
      );
      expect(changed).toEqual([]);
    },
  },
];

const places: readonly Attack[] = [
  {
    threat: "another place",
    name: "a member's command from another server, or from a private channel of other people",
    async tries(town) {
      for (const place of [{ guild_id: "1100000000000000999" }, { guild_id: undefined, context: 2 }]) {
        const body = JSON.stringify(await town.interaction(town.discord.mia, "openclaw stop", {}, place));
        await refusedOnDiscord(town, body, /work for one team only/);
      }
    },
  },
];

const replays: readonly Attack[] = [
  {
    threat: "replay",
    name: "an interaction is sent again within five minutes",
    async tries(town) {
      const body = JSON.stringify(await town.interaction(town.discord.max, "openclaw status"));
      const first = await town.world.discord.deliver(body);
      await town.world.settle();
      const { result, changed } = await town.unharmed(() =>
        Promise.all([1, 2, 3].map(() => town.world.discord.deliver(body))),
      );
      for (const answer of result) expect(answer).toEqual(first);
      expect(changed).toEqual([]);
    },
  },
  {
    threat: "replay",
    name: "an activity is sent again, with a valid token",
    async tries(town) {
      const sent = await town.activity(town.onTeams.max, "status");
      const authorization = await bearer(town);
      await sendsToTeams(town, sent, authorization);
      await town.world.settle();
      const { changed } = await town.unharmed(() => sendsToTeams(town, sent, authorization));
      // Max is a member, and may be answered once more.
      expect(changed.filter((row) => !row.startsWith("cache cache teams-answer-"))).toEqual([]);
    },
  },
];

const buttons: readonly Attack[] = [
  {
    threat: "a forged button",
    name: "a member presses a button that only admins have",
    async tries(town) {
      const { max, mia } = town.discord;
      const forged = [
        `v1:roster.remove::person=${mia.id}`,
        "v1:roster.list:",
        "v1:policy.set::max-instances=1000",
        "v1:teardown-all:",
        "v1:secrets.push:",
        `v1:leaver.teardown:whatever:key=${town.keyOf(town.onTeams.mia)}`,
      ];
      for (const data of forged) {
        await refusedOnDiscord(town, await town.forges(max, data), /Only admins can do that/);
        await refusedOnTeams(town, town.onTeams.max, data, /Only admins can do that/);
      }
    },
  },
  {
    threat: "a forged button",
    name: "a member presses a button of someone else's instance",
    async tries(town) {
      const generation = await generationOf(town);
      for (const command of ["stop", "start", "teardown", "cancel", "retry", "close-access", "rebuild"]) {
        const data = `v1:${command}:${generation}`;
        await refusedOnDiscord(town, await town.forges(town.discord.max, data), /Nothing was changed/);
        await refusedOnTeams(town, town.onTeams.max, data, /Nothing was changed/);
      }
    },
  },
  {
    threat: "a forged button",
    name: "a member uses someone else's confirmation, for that instance and for their own",
    async tries(town) {
      const own = await equipMax(town);
      const data = await confirmationOf(town, "teardown");
      const { max } = town.discord;
      const forged = (generation: string) =>
        town.forges(max, data.replace(/^v1:teardown:[^:]*/, `v1:teardown:${generation}`));
      await refusedOnDiscord(town, await town.forges(max, data), /belongs to an earlier instance/);
      // Whose confirmation it is decides, not whose instance.
      for (const generation of ["", own]) {
        await refusedOnDiscord(town, await forged(generation), /That confirmation isn't yours/);
        await refusedOnTeams(
          town,
          town.onTeams.max,
          data.replace(/^v1:teardown:[^:]*/, `v1:teardown:${generation}`),
          /That confirmation isn't yours/,
        );
      }
    },
  },
  {
    threat: "a forged button",
    name: "a confirmation that is too old, belongs to an earlier instance, or to nobody",
    async tries(town) {
      const data = await confirmationOf(town, "teardown");
      const { mia } = town.discord;
      await refusedOnDiscord(
        town,
        await town.forges(mia, data.replace(/^(v1:teardown:)/, "$1x")),
        /earlier instance|another instance/,
      );
      await refusedOnDiscord(
        town,
        await town.forges(mia, data.replace(/confirmed=[^&]+/, "confirmed=aaaaaaaaaaaa")),
        /Nothing was changed|not known|older/,
      );
      town.world.pass(601);
      await refusedOnDiscord(town, await town.forges(mia, data), /older than ten minutes/);
    },
  },
  {
    threat: "prototype keys",
    name: "commands, options and people named like a property of every object",
    async tries(town) {
      const { mia, ada } = town.discord;
      for (const data of [
        "v1:__proto__:",
        "v1:constructor:",
        "v1:toString.valueOf:",
        "v1:stop::__proto__=x",
        "v1:teardown::constructor=x&prototype=y",
      ]) {
        const sentence = /don't know|has no option|no command|belongs to/;
        await refusedOnDiscord(town, await town.forges(mia, data), sentence);
        await refusedOnTeams(town, town.onTeams.max, data, sentence);
      }
      for (const person of ["constructor", "__proto__", "hasOwnProperty"]) {
        const data = `v1:roster.remove::person=${person}`;
        await refusedOnDiscord(town, await town.forges(ada, data), /someone here in chat/);
        await refusedOnTeams(town, town.onTeams.ada, data, /someone here in chat/);
      }
    },
  },
  {
    threat: "prototype keys",
    name: "a body whose keys are __proto__ and constructor, at every depth",
    async tries(town) {
      const sent = JSON.stringify(await town.interaction(town.discord.sam, "openclaw status"));
      const onTeams = JSON.stringify(await town.activity(town.onTeams.sam, "status"));
      for (const key of ["__proto__", "constructor", "prototype"]) {
        const poisoned = sent.replaceAll(
          "{",
          `{"${key}":{"admin":true,"member":{"role":"admin"},"kind":"call"},`,
        );
        await refusedOnDiscord(town, poisoned, /not on this team's roster/);
        const activity = onTeams.replaceAll(
          "{",
          `{"${key}":{"role":"admin","aadObjectId":"${town.onTeams.ada.objectId}"},`,
        );
        const { result, changed } = await town.unharmed(async () =>
          sendsToTeams(town, activity, await bearer(town)),
        );
        expect(result.status).toBe(200);
        expect(town.teams.sees(town.onTeams.sam).at(-1)?.text).toMatch(/not on this team's roster/);
        expect(changed).toEqual([]);
      }
      expect(({} as Record<string, unknown>)["admin"]).toBeUndefined();
    },
  },
];

const links: readonly Attack[] = [
  {
    threat: "an access link",
    name: "it is used twice",
    async tries(town) {
      const token = await linkOf(town);
      expect((await visits(town, token, "203.0.113.7")).status).toBe(200);
      await town.world.settle();
      const again = await town.inVain(() => visits(town, token, "203.0.113.8"));
      expect(again).toMatchObject({ status: 410, body: expect.stringContaining("was already used") });
    },
  },
  {
    threat: "an access link",
    name: "it is too old, guessed, or someone else's with the member changed",
    async tries(town) {
      const token = await linkOf(town);
      const [, id = ""] = token.split(".");
      const guesses = [
        `${town.keyOf(town.onTeams.max)}.${id}`,
        token.replace(/.{4}$/, "0000"),
        `${token}/../${token}`,
        `${token}%00`,
        "__proto__.constructor",
        "x".repeat(10_000),
        "",
      ];
      for (const guess of guesses)
        expect((await town.inVain(() => visits(town, guess, "203.0.113.7"))).body).toContain("is not valid");
      town.world.pass(601);
      expect((await town.inVain(() => visits(town, token, "203.0.113.7"))).body).toContain(
        "older than 10 minutes",
      );
    },
  },
  {
    threat: "an access link",
    name: "a visitor claims another address: what the nearest proxy saw counts, and only a public IPv4 address",
    async tries(town) {
      const token = await linkOf(town);
      const look = (from: string | undefined) => town.inVain(() => visits(town, token, from, "GET"));
      const page = await look("10.0.0.1, 198.51.100.66, 203.0.113.9:4711");
      expect(page.body).toContain("Propose 203.0.113.9?");
      expect(page.body).not.toContain("198.51.100.66");
      for (const from of [
        undefined,
        "",
        "10.0.0.1",
        "127.0.0.1",
        "169.254.169.254",
        "::1",
        "<script>",
        "0.0.0.0/0",
      ])
        expect((await look(from)).status).toBe(400);
    },
  },
  {
    threat: "an access link",
    name: "someone who finds it presses its button, then the button of the question: nothing opens without the member",
    async tries(town) {
      const { world, discord, onTeams } = town;
      const token = await linkOf(town);
      await visits(town, token, "198.51.100.66");
      await world.settle();
      const question = JSON.stringify(world.discord.messagesFor(discord.mia.id));
      const yes = [...question.matchAll(/v1:open-access:[^"]*confirmed=[a-z2-7]{12}/g)].at(-1)?.[0] ?? "";
      expect(yes).toContain("198.51.100.66");
      const own = await equipMax(town);
      const asOwn = yes.replace(/^v1:open-access:[^:]*/, `v1:open-access:${own}`);
      await refusedOnDiscord(town, await town.forges(discord.max, yes), /not yours|earlier instance/);
      await refusedOnDiscord(town, await town.forges(discord.max, asOwn), /That confirmation isn't yours/);
      await refusedOnDiscord(town, await town.forges(discord.sam, yes), /not on this team's roster/);
      expect((await world.parts.store.person(town.keyOf(onTeams.mia))).instance?.value.access ?? []).toEqual(
        [],
      );
    },
  },
];

const values: readonly Attack[] = [
  {
    threat: "hostile values",
    name: "addresses that are commands, ranges too wide, or the cloud's own",
    async tries(town) {
      const wrong = [
        "203.0.113.7; reboot",
        "$(reboot)",
        "0.0.0.0/0",
        "203.0.113.0/8",
        "10.0.0.1",
        "169.254.169.254",
        "Internet",
        "*",
      ];
      for (const address of wrong) {
        const body = JSON.stringify(
          await town.interaction(town.discord.mia, "openclaw open-access", { address }),
        );
        await refusedOnDiscord(
          town,
          body,
          /Nothing was changed|not an IPv4 address|private or reserved|too wide|not a range/,
        );
      }
    },
  },
  {
    threat: "hostile values",
    name: "a name in chat that is a shell command, a template expression and a path never reaches a VM or a template as such",
    async tries(town) {
      const { world, discord } = town;
      const evil = "$(touch /tmp/x);`id`|[parameters('x')]../../x&<>\"'";
      const sent = await town.interaction(discord.ada, "openclaw-admin roster add", {
        person: discord.sam.id,
        entra: "sam@contoso.com",
      });
      const named = JSON.parse(
        JSON.stringify(sent).replaceAll(
          /"(global_name|nick)":("[^"]*"|null)/g,
          (_all, key) => `"${key}":${JSON.stringify(evil)}`,
        ),
      );
      const { asked } = await town.listening(async () => {
        await world.discord.deliver(JSON.stringify(named));
        await world.settle();
        await world.client.types(discord.sam, "openclaw request");
        await world.settle();
      });
      const said = asked
        .filter(({ service }) => service === "arm")
        .map(({ request }) => JSON.stringify(request) + decodedIn(request.body));
      // First-boot data is in there, as a template's parameter or a VM's property.
      expect(said.join("\n")).toContain("#cloud-config");
      expect(said.length).toBeGreaterThan(20);
      expect(
        said.filter((each) => each.includes("touch /tmp/x") || each.includes("[parameters('x')]")),
      ).toEqual([]);
      expect(world.client.dms(discord.sam).at(-1)?.text).toContain("Your OpenClaw is ready");
      await world.client.removes(discord.ada, { person: discord.sam.id });
      await world.settle();
    },
  },
];

/** Addresses that are not where a platform keeps files, made from one that is. */
const elsewhere = (own: URL): readonly string[] => [
  "http://169.254.169.254/metadata/identity/oauth2/token",
  `${own.protocol}//${own.host.replace(own.hostname, `${own.hostname}.evil.example`)}/team.json`,
  `${own.protocol}//evil@${own.host}/team.json`,
  `https://evil.example/?${own.origin}/team.json`,
  "file:///etc/passwd",
  `https://${own.hostname}.evil.example/team.json`,
  "https://contoso.sharepoint.com.evil.example/team.json",
  "https://cdn.discordapp.com.evil.example/team.json",
];

/** Where the bot goes for files, and what the one message says that came of it. */
async function fetchedBy(town: Town, sending: () => Promise<{ status: number }>) {
  const deliveries = async () =>
    Object.entries((await town.everything()).rows).filter(([row]) => row.includes(" delivery:"));
  const before = new Set((await deliveries()).map(([row]) => row));
  const fetching = vi.spyOn(globalThis, "fetch");
  try {
    const answer = await sending();
    expect(answer.status).toBe(200);
    await town.world.settle();
    const fetched = fetching.mock.calls.map(([to]) => (to instanceof Request ? to.url : String(to)));
    const said = (await deliveries()).filter(([row]) => !before.has(row)).map(([, json]) => json);
    expect(said).toHaveLength(1);
    return { fetched, said: said[0] ?? "" };
  } finally {
    fetching.mockRestore();
  }
}

const files: readonly Attack[] = [
  {
    threat: "a file from elsewhere",
    name: "an attachment's address leads to the cloud's own services, to other hosts, or to a host with a name like the right one",
    async tries(town) {
      const { world, discord, onTeams } = town;
      const onDiscord = async (url: string) => {
        const id = "1100000000000000777";
        const attachments = { [id]: { id, filename: "team.json", size: 9, url, proxy_url: url } };
        const options = [{ type: 1, name: "import", options: [{ type: 11, name: "file", value: id }] }];
        const data = {
          id: "1",
          name: "openclaw-admin",
          type: 1,
          options: [{ type: 2, name: "roster", options }],
          resolved: { attachments },
        };
        const sent = await town.interaction(discord.ada, "openclaw-admin roster list", {}, { data });
        return () => world.discord.deliver(JSON.stringify(sent));
      };
      const file = { name: "team.json", text: "{}" };
      const sent = await town.activity(onTeams.ada, "roster import", {}, { file });
      const [attached] = z
        .array(z.object({ content: z.looseObject({ downloadUrl: z.string() }) }).loose())
        .parse(sent["attachments"]);
      const onTeamsFrom = async (url: string) => {
        const attachments = [{ ...attached, content: { ...attached?.content, downloadUrl: url } }];
        const authorization = await bearer(town);
        return () => sendsToTeams(town, { ...sent, id: `file ${url}`, attachments }, authorization);
      };
      const [discords = ""] = (world.env["DISCORD_FILE_ORIGINS"] ?? "").split(",");
      for (const [own, from] of [
        [`${discords}/team.json`, onDiscord],
        [attached?.content.downloadUrl ?? "", onTeamsFrom],
      ] as const) {
        // Where files are kept is gone to: whoever listens hears it.
        expect((await fetchedBy(town, await from(own))).fetched).toContain(own);
        for (const url of elsewhere(new URL(own))) {
          const { fetched, said } = await fetchedBy(town, await from(url));
          expect([url, fetched.filter((each) => each.startsWith(url))]).toEqual([url, []]);
          expect([url, /evil|169\.254/.test(fetched.join(" "))]).toEqual([url, false]);
          expect([url, said]).toEqual([
            url,
            expect.stringMatching(/isn't stored where (discord|teams) keeps files/),
          ]);
        }
      }
    },
  },
];

const disclosure: readonly Attack[] = [
  {
    threat: "what a stranger learns",
    name: "health tells anyone which setting or platform is wrong and why, and names nobody",
    async tries(town) {
      const { world, discord, onTeams } = town;
      const { status, body } = await town.inVain(() => world.app.health());
      expect(status).toBe(200);
      expect(JSON.parse(body ?? "")).toEqual({ ok: true });

      const { faults } = readConfig({ ...world.env, ACCESS_HOURS: "hunter2", VM_SIZE: "" });
      const since = "2026-11-22T09:00:00.000Z";
      const why = "Discord refuses the bot's token.";
      const get = async (partition: string, kind: string, id: string) => {
        const row = await world.parts.store.get(partition, kind as "platform", id);
        return kind === "platform" && id === "discord"
          ? { etag: "1", value: { unwell: { since, why } } }
          : row;
      };
      const unwell = appFrom({
        ...world.parts,
        faults,
        store: { ...world.parts.store, get: get as typeof world.parts.store.get },
      });
      const told = await town.inVain(() => unwell.health());
      expect(told.status).toBe(503);
      expect(JSON.parse(told.body ?? "")).toEqual({
        ok: false,
        settings: faults,
        platforms: { discord: `has accepted nothing since ${since}: ${why}` },
      });
      expect(faults.join(" ")).toMatch(/ACCESS_HOURS/);
      const ids = [discord, onTeams].flatMap((people) => Object.values(people)).map(({ id }) => id);
      for (const secret of ["hunter2", ...ids, ...Object.values(onTeams).map(({ objectId }) => objectId)])
        expect(told.body).not.toContain(secret);
      expect(told.body).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-|@|\d{17}/);
    },
  },
  {
    threat: "what a stranger learns",
    name: "while they type, only admins get suggestions of who is on the roster, and strangers get none of anything",
    async tries(town) {
      const { discord, world } = town;
      world.pass(61);
      const typed = async (who: Parameters<Town["typing"]>[0], command: string, option: string, text = "") =>
        town.inVain(async () =>
          world.discord.deliver(JSON.stringify(await town.typing(who, command, option, text))),
        );
      const none = { status: 200, body: { type: 8, data: { choices: [] } } };
      for (const who of [discord.sam, discord.max])
        for (const text of ["", "mia", "contoso", "@", "x".repeat(6000)])
          expect(await typed(who, "openclaw-admin roster show", "entra", text)).toEqual(none);
      world.pass(61);
      expect(await typed(discord.sam, "openclaw resize", "size")).toEqual(none);
      const { body } = await typed(discord.ada, "openclaw-admin roster show", "entra", "mia");
      expect(JSON.stringify(body)).toContain("Mia Member");
    },
  },
  {
    threat: "what a stranger learns",
    name: "whatever a stranger asks, on either platform, they alone get the same one sentence",
    async tries(town) {
      const { discord, onTeams, teams, world } = town;
      for (const command of [
        "openclaw status",
        "openclaw help",
        "openclaw-admin roster list",
        "openclaw-admin health",
      ]) {
        const body = JSON.stringify(await town.interaction(discord.sam, command));
        await refusedOnDiscord(
          town,
          body,
          /^You are not on this team's roster, or not with this account\.\s+I'm the bot that gives each member of this team [\s\S]*ask an admin to add you\.\s*$/,
        );
      }
      for (const said of ["status", "help", "roster list", "roster show mia@contoso.com", "nonsense"]) {
        const { result } = await town.unharmed(() => teams.types(onTeams.sam, said));
        expect(result.text).toMatch(/^You are not on this team's roster/);
        expect(result.private).toBe(true);
      }
      expect(world.errors).toEqual([]);
    },
  },
];

/** So many interactions like this one, each a call of its own. */
const many = (sent: Readonly<Record<string, unknown>>, count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) =>
    JSON.stringify({
      ...sent,
      id: String(BigInt(String(sent["id"])) + BigInt(index)),
      token: `flood-${index}`,
    }),
  );

const floods: readonly Attack[] = [
  {
    threat: "a flood",
    name: "strangers send a hundred commands at once: nothing is written, calls over the allowance are not even looked up, and members get answers as usual",
    async tries(town) {
      const { discord, world, onTeams } = town;
      const authorization = await bearer(town);
      for (const round of [1, 2, 3]) {
        const onDiscord = many(await town.interaction(discord.sam, "openclaw status"), 100);
        const onTeamsSent = await town.activity(onTeams.sam, "status");
        const calls = town.storageCalls();
        const answers = await town.inVain(() =>
          Promise.all(onDiscord.map((body) => world.discord.deliver(body))),
        );
        expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
        // Ten answers say why, one says to wait; the others get the shortest answer there is.
        expect(answers.filter(({ body }) => /roster/.test(textOf(body)))).toHaveLength(10);
        expect(answers.filter(({ body }) => /seconds?/.test(textOf(body)))).toHaveLength(1);
        // What comes while the first is looked up costs nothing, what comes later a look within the allowance: three rows each.
        expect(town.storageCalls() - calls).toBeLessThanOrEqual(3 * 10);
        const { result, changed } = await town.unharmed(() =>
          town.listening(() =>
            Promise.all(
              Array.from({ length: 100 }, (_, index) =>
                sendsToTeams(town, { ...onTeamsSent, id: `flood-${round}-${index}` }, authorization),
              ),
            ),
          ),
        );
        expect(changed).toEqual([]);
        const posted = result.asked.map(({ request }) => JSON.stringify(request.body));
        expect(posted.filter((each) => each.includes('"typing"'))).toEqual([]);
        expect(posted).toHaveLength(11);
        world.pass(61);
      }
      expect((await world.client.types(discord.max, "openclaw help")).text).toContain("What you can do");
    },
  },
  {
    threat: "a flood",
    name: "someone who adds the bot in Teams a hundred times, or under a hundred names, leaves at most ten rows",
    async tries(town) {
      const { world, onTeams } = town;
      world.pass(61);
      const authorization = await bearer(town);
      const added = async (name: (index: number) => string) => {
        const activity = await town.activity(onTeams.sam, "", { type: "installationUpdate", action: "add" });
        const { changed } = await town.unharmed(async () => {
          for (let index = 0; index < 100; index += 1) {
            const from = { ...onTeams.sam, aadObjectId: guidOf(name(index)) };
            expect(await sendsToTeams(town, { ...activity, from }, authorization)).toMatchObject({
              status: 200,
            });
          }
        });
        return changed;
      };
      const left = await added((index) => `added-${index}`);
      expect(left.filter((row) => row.startsWith("cache cache teams-reference-"))).toHaveLength(10);
      expect(left.length).toBeLessThanOrEqual(11);
      world.pass(61);
      expect(await added(() => "added-0")).toEqual([]);
    },
  },
  {
    threat: "a flood",
    name: "a member sends five hundred commands at once: only those within their allowance leave anything behind",
    async tries(town) {
      const { discord, world } = town;
      world.pass(60);
      const sent = await town.interaction(discord.max, "openclaw help");
      const before = Object.keys((await town.everything()).rows).length;
      const calls = town.storageCalls();
      const answers = await Promise.all(
        many(sent, 500).map((body) => world.discord.deliver(body, { deadline: 60_000 })),
      );
      expect(answers.filter(({ body }) => textOf(body).includes("What you can do"))).toHaveLength(20);
      expect(town.storageCalls() - calls).toBeLessThan(20 * 20);
      expect(Object.keys((await town.everything()).rows)).toHaveLength(before);
      world.pass(60);
      expect((await world.client.types(discord.max, "openclaw help")).text).toContain("What you can do");
      expect((await world.client.types(discord.ada, "openclaw-admin roster list")).text).toContain(
        "Mia Member",
      );
    },
  },
  {
    threat: "a flood",
    name: "a member types five hundred letters of an option at once: they cost one look-up, nothing is written, and every command is left to them",
    async tries(town) {
      const { discord, world } = town;
      world.pass(61);
      const sent = many(await town.typing(discord.max, "openclaw request", "size", "b2"), 500);
      const calls = town.storageCalls();
      const answers = await town.inVain(() =>
        Promise.all(sent.map((body) => world.discord.deliver(body, { deadline: 60_000 }))),
      );
      const offers = answers.filter(({ body }) => JSON.stringify(body).includes("Standard_"));
      expect(offers.length).toBeGreaterThan(0);
      expect(offers.length).toBeLessThanOrEqual(30);
      expect(town.storageCalls() - calls).toBeLessThanOrEqual(10);
      for (let one = 0; one < 20; one += 1)
        expect((await world.client.types(discord.max, "openclaw help")).text).toContain("What you can do");
    },
  },
  {
    threat: "a flood",
    name: "a member sends two hundred messages in Teams at once: they get real answers only up to their allowance",
    async tries(town) {
      const { world, onTeams } = town;
      world.pass(60);
      const sent = await town.activity(onTeams.max, "help");
      const authorization = await bearer(town);
      const { asked } = await town.listening(() =>
        Promise.all(
          Array.from({ length: 200 }, (_, index) =>
            sendsToTeams(town, { ...sent, id: `member-flood-${index}` }, authorization),
          ),
        ),
      );
      const answers = asked.filter(({ request }) =>
        JSON.stringify(request.body ?? "").includes("What you can do"),
      );
      expect(answers).toHaveLength(20);
      world.pass(60);
      expect((await town.teams.types(onTeams.max, "help")).text).toContain("What you can do");
    },
  },
];

export const attacks: readonly Attack[] = [
  ...floods,
  ...files,
  ...disclosure,
  ...signatures,
  ...tokens,
  ...places,
  ...replays,
  ...buttons,
  ...links,
  ...values,
];
