import { type APIInteractionResponse, InteractionResponseType, InteractionType } from "discord-api-types/v10";
import type { Choice } from "../../core/card.ts";
import { once } from "../../core/once.ts";
import type { HttpAnswer, Inbound, Patience, Platform } from "../../core/platform.ts";
import { callFrom, choosingFrom, parseInteraction } from "./parse.ts";
import { answerFrom, choicesFrom, deferred, unchanged, wait } from "./render.ts";
import type { SendOptions } from "./send.ts";
import { signatureCheck, signedAt } from "./verify.ts";

export interface DiscordOptions extends SendOptions {
  /** The application's key, 64 hexadecimal digits. */
  readonly publicKey: string;
  /** Gets why a call was refused. */
  refused(why: string): void;
}

/** What is true of Discord whatever its settings are. */
export const discordIs = { name: "discord", vouches: false } as const satisfies Partial<Platform>;

/** Discord through its interactions endpoint and REST API, without a gateway connection, so nothing has to run all the time. */
export function discordPlatform(options: DiscordOptions): Platform {
  const isSigned = signatureCheck(options.publicKey, options.clock);
  // Loaded when needed: the REST client costs 200 ms, and an answer to a call is due in three seconds.
  const sender = once(async () => (await import("./send.ts")).discordSender(options));
  const send: Platform["send"] = async (message) => (await sender()).send(message);
  const refuse = (why: string): Inbound => {
    options.refused(why);
    return unauthorized;
  };
  return {
    ...discordIs,
    // With the interaction's token.
    answersAnybody: true,
    pieces: [
      { name: "discord", load: sender },
      { name: "discord's token", load: () => options.tokens.get() },
    ],
    receive: async (request): Promise<Inbound> => {
      if (!isSigned(request)) return refuse("its signature is not the application's, or too old");
      const interaction = parseInteraction(request.body);
      if (!interaction) return refuse("it is signed but can't be read");
      if (interaction.type === InteractionType.Ping)
        return { kind: "answer", answer: json({ type: InteractionResponseType.Pong }) };
      if (interaction.type === InteractionType.ApplicationCommandAutocomplete) {
        const choosing = choosingFrom(interaction, options.guildId);
        if (!choosing) return refuse("it says of nobody that they type, or not which option");
        const render = (choices: readonly Choice[]) => json(choicesFrom(choices));
        return { kind: "choosing", choosing, patience: { ...patience, since: signedAt(request) }, render };
      }
      const call = callFrom(interaction, options.guildId, options.clock);
      if (!call) return refuse("it doesn't say who made it");
      const canOpenModal = interaction.type !== InteractionType.ModalSubmit;
      return {
        kind: "call",
        call,
        render: async (reply) => json(answerFrom(reply, canOpenModal)),
        defer: async () => json(deferred),
        least: json(interaction.type === InteractionType.MessageComponent ? unchanged : wait),
        patience: { ...patience, since: signedAt(request) },
        late: () => ({
          answer: json(deferred),
          shown: Promise.resolve(),
          tell: async (card) => {
            const { id: nonce, replyTo: to } = call;
            await send({ route: "answer", to, card, nonce, maybeSent: false });
          },
        }),
      };
    },
    send,
    unfit: async (id) => (await sender()).unfit(id),
    // A missing or refused token is noticed before any message is owed.
    check: { when: "always", ask: async () => (await sender()).check() },
  };
}

/**
 * Discord waits three seconds for the first answer ("Receiving and Responding", 2026-01), counted from a moment that it gives in
 * whole seconds, so up to one of them may not have passed yet. In milliseconds.
 */
const patience = { answer: 2200, least: 300, word: 2500 } as const satisfies Patience;

const unauthorized: Inbound = { kind: "answer", answer: { status: 401 } };

const json = (body: APIInteractionResponse): HttpAnswer => ({
  status: 200,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});
