import type { Attached } from "../local/discord/files.ts";
import type { How } from "../local/discord/interact.ts";
import type { Outcome } from "../local/discord/outcome.ts";
import type { Person } from "../local/discord/people.ts";
import type { DiscordSimulator } from "../local/discord/start.ts";
import type { Message } from "../local/discord/store.ts";
import type { Seen } from "./client.ts";

const ephemeral = 64;

/** People at their Discord clients. */
export function discordClient(discord: DiscordSimulator) {
  const modals = new Map<string, { modalId: string; inputs: Map<string, string> }>();

  function seen(person: Person, outcome: Outcome): Seen {
    switch (outcome.kind) {
      case "message":
      case "updated":
      case "deferred":
        return readable(outcome.message);
      case "modal": {
        const inputs = new Map(inputsOf(outcome.modal));
        modals.set(person.id, { modalId: outcome.modalId, inputs });
        return {
          id: outcome.modalId,
          text: outcome.modal.title,
          code: [],
          buttons: [],
          fields: [...inputs.keys()],
          private: true,
        };
      }
      case "failed":
      case "refused":
        throw new Error(`${person.name}: ${outcome.kind}: ${outcome.reason}`);
      default:
        throw new Error(`${person.name} sees nothing: ${outcome.kind}`);
    }
  }

  const client = {
    /** Types a command into the team's channel; answers with what they alone see. */
    types: async (
      person: Person,
      command: string,
      options: Readonly<Record<string, string | boolean>> = {},
      how: How & { readonly files?: Readonly<Record<string, Attached>> } = {},
    ): Promise<Seen> => {
      const { files = {}, ...rest } = how;
      const typed = { command, options, files };
      return seen(person, await discord.interact(person, typed, { forge: true, ...rest }));
    },
    /** What their client offers them while they type an option. */
    async offered(
      person: Person,
      typing: string,
      option: string,
      text = "",
      how: How = {},
    ): Promise<readonly { readonly name: string; readonly value: string }[]> {
      const outcome = await discord.interact(person, { typing, option, text }, { forge: true, ...how });
      if (outcome.kind !== "choices")
        throw new Error(`${person.name}: ${outcome.kind}: ${"reason" in outcome ? outcome.reason : ""}`);
      return outcome.choices;
    },
    /** Presses the button of that label, on that message or on the newest that has it. */
    async clicks(person: Person, label: string, on?: Pick<Seen, "id">, how: How = {}): Promise<Seen> {
      const messages = discord.messagesFor(person.id).toReversed();
      for (const message of on ? messages.filter(({ id }) => id === on.id) : messages) {
        const button = buttonsOf(message).find((candidate) => candidate.label === label);
        if (button?.custom_id)
          return seen(
            person,
            await discord.interact(person, { click: button.custom_id, messageId: message.id }, how),
          );
      }
      throw new Error(`${person.name} sees no button “${label}”`);
    },
    /** Takes somebody off the roster, and says yes to the question. */
    async removes(person: Person, options: Readonly<Record<string, string>>, how: How = {}): Promise<Seen> {
      const asked = await client.types(person, "openclaw-admin roster remove", options, how);
      return asked.buttons.includes("Yes, remove") ? client.clicks(person, "Yes, remove", asked) : asked;
    },
    /** Fills in the form that they were shown last. */
    async fills(person: Person, values: Readonly<Record<string, string>>): Promise<Seen> {
      const open = modals.get(person.id);
      if (!open) throw new Error(`${person.name} has no form open`);
      const filled = Object.fromEntries(
        Object.entries(values).map(([name, value]) => [open.inputs.get(name) ?? name, value]),
      );
      return seen(person, await discord.interact(person, { submit: open.modalId, values: filled }));
    },
    /** All that they see, oldest first. */
    sees: (person: Person): Seen[] => discord.messagesFor(person.id).map(readable),
    latest(person: Person): Seen {
      const last = client.sees(person).at(-1);
      if (!last) throw new Error(`${person.name} sees nothing`);
      return last;
    },
    /** Messages of the bot to them alone which are not answers: the DM. */
    dms: (person: Person): Seen[] =>
      discord
        .channelsFor(person.id)
        .filter((channel) => channel.type === 1)
        .flatMap((channel) => discord.messagesFor(person.id, channel.id))
        .filter((message) => ((message.flags ?? 0) & ephemeral) === 0)
        .map(readable),
    /** What stands in the admins' channel. */
    adminChannel: (person: Person): Seen[] =>
      discord.messagesFor(person.id, discord.adminChannelId).map(readable),
  };
  return client;
}

type Component = {
  type: number;
  label?: string;
  custom_id?: string;
  url?: string;
  components?: Component[];
  component?: Component;
};

const buttonsOf = (message: Message): Component[] =>
  (message.components as Component[]).flatMap((row) => row.components ?? []).filter(({ type }) => type === 2);

function inputsOf(modal: { components: unknown }): [string, string][] {
  return (
    (modal.components as Component[])
      .flatMap((row) => [row, ...(row.components ?? []), ...(row.component ? [row.component] : [])])
      // Texts and selects.
      .filter(({ type }) => type === 4 || type === 3)
      .map(({ custom_id = "" }) => [custom_id, custom_id])
  );
}

function readable(message: Message): Seen {
  const embeds = message.embeds as {
    title?: string;
    description?: string;
    fields?: { name: string; value: string }[];
    footer?: { text: string };
  }[];
  const text = [
    message.content,
    ...embeds.flatMap((embed) => [
      embed.title,
      embed.description,
      ...(embed.fields ?? []).flatMap((field) => [field.name, field.value]),
      embed.footer?.text,
    ]),
  ]
    .filter(Boolean)
    .join("\n");
  return {
    id: message.id,
    text: text.replaceAll(/\\([^\p{L}\p{N}\s])/gu, "$1"),
    code: [...text.matchAll(/```\n?([\s\S]*?)\n?```/g)].map((match) => match[1] ?? ""),
    buttons: buttonsOf(message).map(({ label }) => label ?? ""),
    link: buttonsOf(message).find(({ url }) => url)?.url,
    fields: [],
    private: ((message.flags ?? 0) & ephemeral) !== 0,
  };
}
