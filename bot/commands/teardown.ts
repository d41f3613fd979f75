import { begin } from "../core/begin.ts";
import { deleteDataButton } from "../core/cards/connect.ts";
import { type Bot, type Call, command, type Outcome, say } from "../core/command.ts";
import { Refusal } from "../core/errors.ts";
import { type Instance, noGeneration } from "../core/instance.ts";
import type { Member } from "../core/member.ts";
import { namesOf } from "../core/names.ts";
import { homeDiskPricePhrase } from "../core/price.ts";
import type { Change, Row } from "../core/store.ts";
import { askFirst, confirmed, useUp } from "./confirmation.ts";
import { callerOf, instanceOf, underWay } from "./underWay.ts";

export const teardown = command({
  name: "teardown",
  about: "Delete your OpenClaw; your home disk stays",
  details:
    "It asks first. The home disk, with all your files, is kept until you ask for a new OpenClaw; with-data deletes that too, for ever, once you have typed the name of your instance.",
  audience: "member",
  bound: true,
  options: {
    "with-data": { type: "flag", about: "Delete the home disk as well, for ever" },
    name: { type: "text", about: "With with-data: the instance's name, typed", example: "openclaw-…" },
    confirmed,
  },
  async run(call, bot) {
    const member = callerOf(call);
    const busy = await underWay(member.value, call.instance?.value, bot);
    if (busy) return say(busy);
    if (call.options["with-data"]) return withData(call, bot, member, call.options.name);
    const instance = instanceOf(call);
    if (call.options.confirmed === undefined) return ask(call, bot, member.value, instance.value);
    const used = await useUp(call, bot, member.value.key, call.options.confirmed);
    return tearDown(call, bot, member, instance, "never", [used]);
  },
});

async function ask(call: Call, bot: Bot, member: Member, instance: Instance): Promise<Outcome> {
  const price = await bot.price(instance.size ?? bot.settings.size);
  const line = { command: "teardown", options: {}, generation: instance.generation };
  return askFirst(call, bot, member.key, "Yes, tear it down", line, {
    title: `Tear down ${namesOf(member.key).vm}?`,
    tone: "bad",
    facts: [
      ["Goes", "the VM with its system disk, its address, its network rules, your right to log in"],
      [
        "Stays",
        `your home disk with all your data, for ${homeDiskPricePhrase(price)}; your identity and your keys`,
      ],
    ],
    text: "Your next request brings the home disk back. “Delete my data too” deletes it as well, for ever, and asks for the instance's name first.",
    buttons: [deleteDataButton(instance)],
  });
}

/** Typing the name is the confirmation. Without it a form asks for it. */
async function withData(
  call: Call,
  bot: Bot,
  member: Row<Member>,
  typed: string | undefined,
): Promise<Outcome> {
  const name = namesOf(member.value.key).vm;
  const instance = call.instance;
  if (!instance?.value.generation && !instance?.value.homeDisk)
    throw new Refusal("You have neither an instance nor a home disk. There is nothing to delete.");
  if (typed === undefined)
    return {
      reply: {
        form: {
          title: "Delete your data for ever?",
          line: {
            command: "teardown",
            options: { "with-data": "true" },
            generation: instance.value.generation ?? noGeneration,
          },
          fields: [{ name: "name", label: `Type ${name} to delete all your data`, placeholder: name }],
        },
      },
    };
  if (typed !== name)
    throw new Refusal(`That is not your instance's name, which is ${name}. Nothing was deleted.`);
  return tearDown(call, bot, member, instance, "always", []);
}

/** Begins the teardown of a member's instance, for whoever may ask for it. */
export function tearDown(
  call: Call,
  bot: Bot,
  member: Row<Member>,
  instance: Row<Instance>,
  deleteHomeDisk: "never" | "unmounted" | "always",
  changes: readonly Change[],
): Outcome {
  const begun = begin({
    operation: bot.operations.teardown,
    cause: call.id,
    member: member.value,
    instance,
    by: call.account,
    replyTo: call.replyTo,
    input: { deleteHomeDisk },
    now: bot.now,
    settings: bot.settings,
    instancePatch: () => ({ state: "deleting", seenAt: bot.now.toISOString() }),
  });
  const what =
    deleteHomeDisk === "always" ? "tore down the instance and its home disk" : "tore down the instance";
  return {
    reply: {
      card: {
        title: deleteHomeDisk === "unmounted" ? "Clearing up." : "Tearing it down.",
        tone: "working",
        text: "How it goes is told in one message, which is edited until it is done.",
      },
    },
    write: { partition: member.value.key, audit: what, ...begun, changes: [...begun.changes, ...changes] },
  };
}
