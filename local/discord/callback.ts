import { parse } from "./errors.ts";
import { flag, modalBody } from "./message-schema.ts";
import { answerMessage, editMessage, findMessage } from "./messages.ts";
import type { Outcome } from "./outcome.ts";
import type { Interaction, Store } from "./store.ts";

type Applied = Outcome extends infer O ? (O extends { sent: unknown } ? Omit<O, "sent"> : never) : never;

// Discord developer documentation, "Receiving and Responding", interaction callback types, 2026-01.
const allowed: Record<number, number[]> = { 1: [1], 2: [4, 5, 9], 3: [4, 5, 6, 7, 9], 5: [4, 5, 6, 7] };

/** Applies the bot's answer to an interaction. Throws if Discord would not accept it; `undefined` is a PING. */
export function applyCallback(
  store: Store,
  interaction: Interaction | undefined,
  { type, data }: { type: number; data?: Record<string, unknown> | undefined },
): Applied {
  if (!allowed[interaction?.type ?? 1]?.includes(type)) throw new Error(`callback type ${type} does not fit`);
  if (!interaction) return { kind: "pong" };
  const source = interaction.sourceId === undefined ? undefined : findMessage(store, interaction.sourceId);
  switch (type) {
    case 4:
      return { kind: "message", message: answerMessage(store, interaction, data ?? {}).message };
    case 5: {
      const ephemeral = (Number(data?.["flags"] ?? 0) & flag.ephemeral) !== 0;
      return {
        kind: "deferred",
        message: answerMessage(store, interaction, undefined, { ephemeral }).message,
      };
    }
    case 6:
    case 7: {
      if (!source) throw new Error(`callback type ${type} needs a message`);
      interaction.originalId = source.message.id;
      if (type === 7) return { kind: "updated", message: editMessage(store, source, data ?? {}) };
      store.save();
      return { kind: "acknowledged" };
    }
    default: {
      const modal = parse(modalBody, data);
      const { id, userId, channelId } = interaction;
      const at = source ? { sourceId: source.message.id } : {};
      const others = store.state.modals.filter((one) => one.userId !== userId);
      store.state.modals = [...others, { id, userId, channelId, modal, ...at }];
      store.save();
      return { kind: "modal", modalId: id, modal };
    }
  }
}
