import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CommandLine } from "../../../bot/core/card.ts";
import type { Command } from "../../../bot/core/command.ts";
import type { Member } from "../../../bot/core/member.ts";
import { memberKey } from "../../../bot/core/names.ts";
import { commands } from "../../../bot/features/commands.ts";
import { people as teamsPeople } from "../../../local/teams/people.ts";
import type { Seen } from "../../client.ts";
import { startWorld, type World } from "../../world.ts";
import { discordFront, type Front, teamsFront, type Who } from "../fronts.ts";
import { changesIn } from "../tables.ts";

/** The same cases on every platform. Ada is the first admin and not on the roster, Sam is nobody, and each platform has a member. */
let world: World;
beforeAll(async () => {
  const first = `discord:1100000000000000101 entra:${teamsPeople.ada.objectId}`;
  world = await startWorld({ BOOTSTRAP_ADMINS: first }, { withTeams: true });
});
afterAll(() => world.close());

const keyOf = (who: Who) => memberKey(teamsPeople[who].objectId);
const namesOf = (wanted: (command: Command) => unknown) => commands.filter(wanted).map(({ name }) => name);
/** A button that anybody could have forged. */
const isHidden = (name: string) => commands.some((command) => command.name === name && command.hidden);
const generationOf = async (who: Who) =>
  (await world.parts.store.person(keyOf(who))).instance?.value.generation;

/** Does something, after which no row is another than before, and nothing is queued. */
async function changingNothing<T>(doing: () => Promise<T>): Promise<T> {
  await world.settle();
  const { result, changed } = await changesIn(world, async () => {
    const done = await doing();
    await world.settle();
    return done;
  });
  // What a platform keeps in the cache is its own business.
  expect(changed.filter((row) => !row.startsWith("cache "))).toEqual([]);
  return result;
}

describe.each([
  ["discord", discordFront, "mia"],
  ["teams", teamsFront, "max"],
] as const)("on %s", (_platform, frontOf, member) => {
  let front: Front;
  let uses = 0;
  beforeAll(async () => {
    front = frontOf(world);
    await front.types("ada", "roster add", { person: front.named(member), entra: `${member}@contoso.com` });
    await world.settle();
  });

  const options = (name: string): Readonly<Record<string, string>> =>
    ({
      "open-access": { address: "203.0.113.7" },
      "roster add": { person: front.named("ada"), entra: "ada@contoso.com" },
      "roster remove": { person: front.named(member) },
      "leaver teardown": { key: keyOf(member) },
      resize: { size: "Standard_B2als_v2" },
      restore: { snapshot: "openclaw-nobody-none" },
      "roster show": { person: front.named(member) },
      "roster role": { person: front.named(member), login: "administrator" },
      "roster unlink": { person: front.named(member === "mia" ? "max" : "mia") },
      "roster link": { person: front.named(member), entra: `${member}@contoso.com` },
      "roster transfer": { from: `${member}@contoso.com`, to: front.named("ada") },
      "roster give": { from: keyOf(member), heir: keyOf("ada") },
      "roster import": { json: '{"members":[{"email":"eve@fabrikam.com"}]}' },
      "linking yes": { of: "none" },
      "linking undo": { of: "none" },
      "roster handover": { of: keyOf(member), confirmed: "none" },
      // Of nobody, so that Ada stays the first admin.
      "roster add-me": { entra: "nobody@contoso.com" },
      "roster put-back": { key: keyOf(member), of: "none" },
      "roster apply": { confirmed: "none" },
      "roster imported": { id: "none" },
      "instances start": { person: front.named(member) },
      "instances stop": { person: front.named(member) },
      "instances restart": { person: front.named(member) },
      "instances teardown": { person: front.named(member) },
      unlock: { person: front.named(member) },
      "bulk halt": { id: "none" },
      "bulk results": { id: "none" },
      "config check": { person: front.named(member), patch: "{}" },
      "config push": { person: front.named(member), patch: "{}" },
      "secrets push": { person: front.named(member) },
      "policy set": { "access-hours": "12" },
    })[name] ?? {};
  const lineOf = (command: string, generation?: string): CommandLine => ({
    command,
    options: options(command),
    ...(generation === undefined ? {} : { generation }),
  });
  /** What is said to each of these commands. */
  const said = async (names: readonly string[], act: (name: string) => Promise<Seen>) => {
    const texts: [string, string][] = [];
    for (const name of names) texts.push([name, (await act(name)).text]);
    return texts;
  };
  const all = (names: readonly string[], sentence: string) =>
    names.map((name) => [name, expect.stringContaining(sentence)]);

  test.each([
    ["a stranger", "sam", () => true, "You are not on this team's roster"],
    ["a member", member, ({ audience }) => audience === "admin", "Only admins can do that."],
    [
      "an admin who is no member",
      "ada",
      ({ audience, strangers }) => audience === "member" && !strangers,
      "not on the roster yourself",
    ],
  ] as [string, Who, (command: Command) => boolean, string][])(
    "%s is refused, alone, what is not theirs, typed or by a button",
    async (_who, who, isNotTheirs, sentence) => {
      const typable = namesOf((command) => isNotTheirs(command) && !command.hidden);
      const typed = await changingNothing(() =>
        said(typable, async (name) => {
          const seen = await front.types(who, name, options(name));
          expect(seen.private).toBe(true);
          return seen;
        }),
      );
      expect(typed).toEqual(all(typable, sentence));
      const names = namesOf(isNotTheirs);
      const pressed = await changingNothing(() => said(names, (name) => front.presses(who, lineOf(name))));
      expect(pressed).toEqual(all(names, sentence));
    },
  );

  /** Who says what, and what they are answered; then the same once more, which gets that answer and does nothing. */
  const tell = async (story: readonly (readonly [string, Who, string])[]) => {
    const told: [string, string][] = [];
    for (const [index, [name, who]] of story.entries()) {
      uses += 1;
      const use = uses;
      const generation = await generationOf(member);
      const act = () =>
        isHidden(name)
          ? front.presses(who, lineOf(name, generation), use)
          : front.types(who, name, options(name), use);
      const first = await act();
      told.push([name, first.text]);
      if (story[index + 1]?.[0] === "cancel") continue;
      await world.settle();
      const again = await changingNothing(act);
      const [line = ""] = first.text.split("\n");
      // A button whose answer follows says so first.
      const wanted = line === "One moment …" ? "" : line;
      expect([name, again.text]).toEqual([name, expect.stringContaining(wanted)]);
      if (name === "roster remove") await removes(member);
    }
    expect(told).toEqual(story.map(([name, , text]) => [name, expect.stringContaining(text)]));
  };
  /** With a question of its own, which is answered. */
  const removes = async (who: Who) => {
    const asked = await front.types("ada", "roster remove", { person: front.named(who) });
    expect((await front.clicks("ada", asked, "Yes, remove")).text).toContain("is off the roster");
    await world.settle();
  };
  const ofMembers = [
    ["help", member, "What you can do"],
    [
      "link",
      member,
      member === "max" ? "Link your Discord account" : "This account is already linked to Mia Member",
    ],
    ["linking yes", member, "That question isn't yours"],
    ["linking undo", member, "That account isn't linked to you"],
    ["request", member, "a month while it runs"],
    ["cancel", member, "Cancelling the build"],
    ["request", member, "a month while it runs"],
    ["status", member, "Checking Azure now"],
    ["check", member, "Checking Azure now"],
    ["connect", member, "Checking that you can sign in"],
    ["open-access", member, "203.0.113.7"],
    ["close-access", member, "Closing"],
    ["stop", member, "Stopping"],
    ["start", member, "Starting"],
    ["restart", member, "Restarting"],
    ["retry", member, "Nothing failed"],
    ["keep", member, "That question isn't yours"],
    ["doctor", member, "Checking your VM"],
    ["logs", member, "Reading the gateway log"],
    ["backup now", member, ""],
    ["backups", member, ""],
    ["restore", member, ""],
    ["resize", member, "already has the size Standard_B2als_v2"],
    ["rebuild", member, "Rebuild openclaw-"],
    ["teardown", member, `Tear down openclaw-${keyOf(member)}?`],
  ] as const;
  const ofAdmins = [
    // Without words here: answered later.
    ["roster add", "ada", ""],
    ["roster list", "ada", "people on the roster"],
    ["roster show", "ada", "@contoso.com"],
    ["roster role", "ada", "is now administrator on their VM"],
    ["roster link", "ada", "is already linked to"],
    ["roster unlink", "ada", "Nothing was changed"],
    ["roster export", "ada", "As team.json"],
    ["roster transfer", "ada", "their home disk is theirs"],
    ["roster give", "ada", "their home disk is theirs"],
    ["roster import", "ada", ""],
    ["roster handover", "ada", "That confirmation isn't yours"],
    ["roster add-me", "ada", ""],
    ["roster apply", "ada", "That confirmation isn't yours"],
    ["roster imported", "ada", "I can't find that import"],
    ["instances list", "ada", "As last seen"],
    ["instances start", "ada", "Start one instance?"],
    ["instances stop", "ada", "Stop one instance?"],
    ["instances restart", "ada", "Restart one instance?"],
    ["instances teardown", "ada", "Tear down one instance?"],
    ["unlock", "ada", "No operation is in progress for"],
    ["teardown-all", "ada", "Tear down everything"],
    ["bulk halt", "ada", "I can't find that batch"],
    ["bulk results", "ada", "I can't find that batch"],
    ["config show", "ada", "onfiguration"],
    ["config check", "ada", "Trying the configuration on"],
    ["config push", "ada", "Pushing the configuration to"],
    ["secrets status", "ada", ""],
    ["secrets push", "ada", "Reloading the keys of"],
    ["policy show", "ada", "The policy"],
    ["policy set", "ada", ""],
    ["audit", "ada", ""],
    ["health", "ada", ""],
    ["roster remove", "ada", "from the roster?"],
    ["roster put-back", "ada", "I can't find that removal"],
    ["leaver teardown", "ada", `Tear down openclaw-${keyOf(member)} of `],
  ] as const;

  test("every command of members does its work, and a replay gets its answer and does nothing", () =>
    tell(ofMembers));

  test("a button of somebody else's instance, or of an earlier one, is refused and does nothing", async () => {
    const bound = namesOf((command) => command.bound);
    const others = (await generationOf(member === "mia" ? "max" : "mia")) ?? "somebodyelse";
    for (const generation of [others, "earlier23456"]) {
      const pressed = await changingNothing(() =>
        said(bound, (name) => front.presses(member, lineOf(name, generation))),
      );
      expect(pressed).toEqual(all(bound, "Nothing was changed"));
    }
  });

  test("every command of admins does its work, and a replay gets its answer and does nothing", async () => {
    await tell(ofAdmins);
    await removes("ada");
    await world.settle();
  });

  test("no command was left out", () => {
    expect(new Set([...ofMembers, ...ofAdmins].map(([name]) => name))).toEqual(new Set(namesOf(() => true)));
  });

  test("a long roster comes in pages, each of them whole", async () => {
    const names = Array.from({ length: 45 }, (_none, index) => `${index + 100} ${"Zoë ".repeat(20)}end`);
    for (const [index, name] of names.entries()) {
      const key = `page${index}`;
      const value: Member = {
        ...{ key, name, objectId: `object${index}`, email: `${index}@${"a".repeat(60)}.com` },
        ...{
          role: "user",
          loginRole: "user",
          accounts: [],
          status: "active",
          addedAt: "2026-11-22T09:00:00Z",
        },
      };
      await world.parts.store.commit(key, [{ kind: "member", id: "", value, replace: true }]);
    }
    let page = await front.types("ada", "roster list");
    let texts = page.text;
    while (page.buttons.includes("Next page")) {
      page = await front.clicks("ada", page, "Next page");
      texts += page.text;
    }
    for (const [index, name] of names.entries()) {
      expect(texts).toContain(name);
      expect(texts).toContain(`\n${index}@${"a".repeat(60)}.com`);
    }
  });

  test("none of this went wrong", () => expect(world.errors).toEqual([]));
});
