import { type APIChannel, type APIMessage, Routes } from "discord.js";
import { expect, it } from "vitest";
import { adminChannelId, generalChannelId, people } from "../../../local/discord/people.ts";
import { checkTraffic, noChecker, startWorld } from "./world.ts";

const { ada, mia } = people;

it("speaks as Discord's own OpenAPI says, in both directions", async (context) => {
  if (noChecker) context.skip(noChecker);
  const world = await startWorld();
  const rest = world.rest();
  const discord = world.discord();
  const refused = (promise: Promise<unknown>) => expect(promise).rejects.toThrow();

  await rest.get(world.guildCommands);
  await rest.get(Routes.user());
  await rest.get(Routes.user(mia.id));
  await rest.get(Routes.guild(discord.guildId));
  await rest.get(Routes.guildMember(discord.guildId, mia.id));
  await refused(rest.get(Routes.guildMember(discord.guildId, "1")));
  const dm = (await rest.post(Routes.userChannels(), { body: { recipient_id: mia.id } })) as APIChannel;
  const components = [
    {
      type: 1,
      components: [
        { type: 2, style: 1, label: "Stop", custom_id: "v1:stop:g" },
        { type: 2, style: 4, label: "Tear down", custom_id: "v1:teardown:g" },
        { type: 2, style: 5, label: "Guide", url: "https://example.com/guide" },
      ],
    },
    { type: 1, components: [{ type: 3, custom_id: "v1:pick", options: [{ label: "One", value: "1" }] }] },
  ];
  const fields = [{ name: "State", value: "ready" }];
  const embed = {
    title: "Ready",
    description: "Yes",
    color: 0x57f287,
    fields,
    footer: { text: "op-1" },
    timestamp: "2026-01-01T00:00:00Z",
  };
  const body = {
    content: `Hello <@${mia.id}>`,
    embeds: [embed],
    components,
    nonce: "op-1",
    enforce_nonce: true,
  };
  const card = (await rest.post(Routes.channelMessages(dm.id), { body })) as APIMessage;
  await rest.post(Routes.channelMessages(dm.id), { body });
  await rest.get(Routes.channelMessages(dm.id), { query: new URLSearchParams({ limit: "10" }) });
  await rest.patch(Routes.channelMessage(dm.id, card.id), { body: { content: "Edited" } });
  const thread = (await rest.post(Routes.threads(adminChannelId), {
    body: { name: "Card", type: 12 },
  })) as APIChannel;
  await rest.put(Routes.threadMembers(thread.id, mia.id));
  await rest.get(Routes.threadMembers(thread.id, mia.id));
  await rest.post(Routes.channelMessages(thread.id), { body: { content: "In the thread" } });
  for (const id of [dm.id, thread.id, generalChannelId]) await rest.get(Routes.channel(id));
  await rest.get(Routes.guildActiveThreads(discord.guildId));

  world.bot.answer = () => ({ type: 5, data: { flags: 64 } });
  await discord.interact(ada, {
    command: "openclaw-admin roster add",
    options: { user: mia.id, role: "user" },
  });
  const token = world.bot.received.at(-1)?.token ?? "";
  const original = Routes.webhookMessage(discord.applicationId, token, "@original");
  await rest.patch(original, { body: { content: "Done" }, auth: false });
  await rest.post(Routes.webhook(discord.applicationId, token), {
    body: { content: "And more" },
    auth: false,
  });
  world.bot.answer = () => ({ type: 4, data: { content: "For all", embeds: [embed] } });
  await discord.interact(mia, { command: "openclaw status" });
  await rest.get(Routes.webhookMessage(discord.applicationId, world.bot.received.at(-1)?.token ?? ""), {
    auth: false,
  });
  world.bot.answer = () => ({ type: 6 });
  await discord.interact(mia, { click: "v1:pick", messageId: card.id, values: ["1"] });
  const input = { type: 4, custom_id: "name", style: 1 };
  const modal = {
    custom_id: "v1:teardown:g",
    title: "Sure?",
    components: [{ type: 18, label: "Name", component: input }],
  };
  world.bot.answer = () => ({ type: 9, data: modal });
  const opened = await discord.interact(mia, { click: "v1:teardown:g", messageId: card.id });
  world.bot.answer = () => ({ type: 7, data: { content: "Torn down", components: [] } });
  if (opened.kind === "modal") await discord.interact(mia, { submit: opened.modalId, values: { name: "x" } });
  const size = [
    { label: "Small", value: "s" },
    { label: "Large", value: "l" },
  ];
  const picking = {
    custom_id: "v1:resize:g",
    title: "Which size?",
    components: [
      { type: 18, label: "Size", component: { type: 3, custom_id: "size", required: true, options: size } },
    ],
  };
  world.bot.answer = () => ({ type: 9, data: picking });
  const picks = await discord.interact(mia, { command: "openclaw status" });
  world.bot.answer = () => ({ type: 4, data: { content: "Done", flags: 64 } });
  if (picks.kind === "modal") await discord.interact(mia, { submit: picks.modalId, values: { size: "l" } });
  world.bot.answer = () => ({ type: 8, data: { choices: [{ name: "Small", value: "s" }] } });
  await discord.interact(mia, { typing: "openclaw resize", option: "size", text: "sm" });
  world.bot.answer = () => ({ type: 8, data: { choices: [] } });
  await discord.interact(mia, { typing: "openclaw resize", option: "size", text: "" });
  await discord.interact(mia, { ping: true });
  await discord.deliver("{}", { badSignature: true });

  await rest.delete(Routes.channelMessage(dm.id, card.id));
  await refused(rest.get(Routes.channelMessage(dm.id, card.id)));
  discord.setFaults({ dmsClosed: [mia.id] });
  await refused(rest.post(Routes.channelMessages(dm.id), { body: { content: "x" } }));
  discord.setFaults({ rateLimited: { calls: 1, retryAfter: 1 } });
  await refused(rest.post(Routes.channelMessages(generalChannelId), { body: { content: "x" } }));
  await refused(world.rest().setToken("wrong").get(Routes.channel(generalChannelId)));
  await rest.delete(original, { auth: false });
  await world.close();

  expect(checkTraffic(world.traffic)).toMatch(/exit 0$/);
}, 60_000);
