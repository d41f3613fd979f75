import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { REST, Routes } from "discord.js";
import type { Choice, Reply } from "../../../../bot/core/card.ts";
import { type Choosing, type InboundCall, readCall } from "../../../../bot/core/platform.ts";
import { commands } from "../../../../bot/features/commands.ts";
import { discordPlatform } from "../../../../bot/platforms/discord/platform.ts";
import { registerCommands } from "../../../../bot/platforms/discord/register.ts";
import type { Outcome } from "../../../../local/discord/outcome.ts";
import { startDiscord } from "../../../../local/discord/start.ts";
import type { Message } from "../../../../local/discord/store.ts";
import { serve } from "../../../../local/serve.ts";
import { recorder } from "../../../recording.ts";
import { noteSecrets } from "../../../secretsInPlay.ts";
import type { Person, Seen, Shown, World } from "../contract.ts";
import { tokensFor } from "./tokens.ts";

/** The Discord simulator with our platform behind its interactions URL: everything goes over the real wire. */
export async function startDiscordWorld() {
  const folder = mkdtempSync(join(tmpdir(), "discord-platform-"));
  const traffic = join(folder, "traffic.ndjson");
  const record = recorder(traffic);
  const time = { now: new Date() };
  const clock = { now: () => time.now };
  const stateFile = join(folder, "discord.json");
  const discord = await startDiscord({ port: 0, stateFile, clock, interactionsUrl: "", record });
  const { applicationId, botToken, guildId, adminChannelId, publicKey, people } = discord;
  const tokens = tokensFor(botToken);
  const api = { apiUrl: discord.url, botToken, tokens, applicationId, guildId };
  await registerCommands(commands, api);
  const refusals: string[] = [];
  const refused = (why: string) => void refusals.push(why);
  const platform = discordPlatform({ ...api, adminChannelId, publicKey, clock, refused });

  let answer: (call: InboundCall) => Reply | "later" = () => ({ card: { title: "Hello", tone: "info" } });
  let choices: (choosing: Choosing) => readonly Choice[] = () => [];
  let calls: InboundCall[] = [];
  const bot = await serve(
    async (request) => {
      const headers = Object.fromEntries(request.headers);
      const inbound = await platform.receive({ headers, body: new Uint8Array(await request.arrayBuffer()) });
      if (inbound.kind === "call") inbound.heard?.();
      const call = inbound.kind === "call" ? await readCall(inbound.call) : undefined;
      if (call) calls.push(call);
      const reply = call && answer(call);
      const http =
        inbound.kind === "answer"
          ? inbound.answer
          : inbound.kind === "choosing"
            ? inbound.render(choices(inbound.choosing))
            : reply === "later"
              ? await inbound.defer()
              : await inbound.render(reply as Reply);
      return new Response(http.body ?? null, { status: http.status, headers: http.headers ?? {} });
    },
    { port: 0, service: () => "bot", record },
  );
  discord.interactionsUrl = bot.url;

  const seen = async (who: Person, doing: Promise<Outcome>): Promise<Seen> => {
    calls = [];
    const outcome = await doing;
    if (outcome.kind === "refused" || outcome.kind === "failed") throw new Error(outcome.reason);
    if (outcome.kind !== "modal")
      return { calls, shown: "message" in outcome ? shownFrom(outcome.message) : undefined };
    const { modalId, modal } = outcome;
    const fill = (values: Readonly<Record<string, string>>) =>
      seen(who, discord.interact(people[who], { submit: modalId, values }));
    return { calls, form: { title: modal.title, fill } };
  };
  const world: World = {
    platform,
    lacks: [],
    accounts: { mia: people.mia.id, max: people.max.id },
    answer: (reply) => {
      answer = reply;
    },
    type: (who, command, options = {}) => {
      const path = command.startsWith("roster") ? `openclaw-admin ${command}` : `openclaw ${command}`;
      // A command that Discord's client hides from members can be forged by them.
      return seen(who, discord.interact(people[who], { command: path, options }, { forge: true }));
    },
    press: (who, message, label) => {
      const all = discord.messagesFor(people[who].id).find(({ id }) => id === message.id)?.components ?? [];
      const found = all.flatMap((row) => row.components).find((one) => "label" in one && one.label === label);
      const click = { click: found?.custom_id ?? "", messageId: message.id };
      return seen(who, discord.interact(people[who], click));
    },
    shown: (who) => discord.messagesFor(people[who].id).map(shownFrom),
    shownToAdmins: () => discord.messagesFor(people.ada.id, adminChannelId).map(shownFrom),
    closeDirectMessages: (who) => discord.setFaults({ dmsClosed: [people[who].id] }),
    loseAnswers: (count) => discord.setFaults({ lostAnswers: count }),
    throttle: (count, retryAfter) => discord.setFaults({ rateLimited: { calls: count, retryAfter } }),
    deleteMessage: async ({ channel, message }) => {
      await new REST({ api: discord.url }).setToken(botToken).delete(Routes.channelMessage(channel, message));
    },
    pass: (milliseconds) => {
      time.now = new Date(time.now.getTime() + milliseconds);
    },
    close: () => {
      noteSecrets(folder);
      return Promise.all([discord.close(), bot.close()]);
    },
  };
  const chooses = (find: typeof choices) => {
    choices = find;
  };
  return { ...world, chooses, discord, api, clock, traffic, refusals, calls: () => calls };
}

function shownFrom({ id, content, embeds, components }: Message): Shown {
  const text = embeds.flatMap((embed) => [
    embed.title,
    embed.description,
    ...(embed.fields ?? []).map(({ name, value }) => `${name}: ${value}`),
    embed.footer?.text,
  ]);
  const buttons = components.flatMap((row) => row.components);
  return {
    id,
    text: [content, ...text].filter(Boolean).join("\n"),
    buttons: buttons.flatMap((one) => ("label" in one && one.label ? [one.label] : [])),
  };
}
