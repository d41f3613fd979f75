import type { Choice } from "./choices.ts";
import type { Payload } from "./interaction.ts";
import type { Modal } from "./message-schema.ts";
import type { Message } from "./store.ts";

/** What the person sees happen. */
export type Outcome =
  /** The bot answered with a message, or changed the clicked one. */
  | { kind: "message" | "updated"; message: Message; sent: Payload }
  /** "OpenClaw is thinking…" */
  | { kind: "deferred"; message: Message; sent: Payload }
  | { kind: "acknowledged" | "pong"; sent: Payload }
  /** What the client shows under an option that is being typed. */
  | { kind: "choices"; choices: Choice[]; sent: Payload }
  | { kind: "modal"; modalId: string; modal: Modal; sent: Payload }
  /** "The application did not respond": late, an HTTP error, or a callback that Discord refuses. */
  | { kind: "failed"; reason: string; status?: number; sent: Payload }
  /** The client refuses; nothing was sent. */
  | { kind: "refused"; reason: string };
