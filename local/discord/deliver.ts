import { sign } from "node:crypto";
import type { Store } from "./store.ts";

export interface Delivery {
  /** HTTP status of the bot's answer. */
  status: number;
  /** Parsed if it is JSON, otherwise the text. */
  body: unknown;
}

export interface DeliverOptions {
  /** Signs something other than what is sent. */
  badSignature?: boolean;
  /** Seconds since 1970; by default the clock's. */
  timestamp?: number;
  /** Milliseconds until Discord gives up: 3 s ("Receiving and Responding", 2026-01). */
  deadline?: number;
}

/** Posts a body to the bot's interactions endpoint as Discord does, signed with Ed25519. Throws if no answer comes in time. */
export async function deliver(
  store: Store,
  url: string,
  body: string,
  options: DeliverOptions = {},
): Promise<Delivery> {
  const timestamp = String(options.timestamp ?? Math.floor(store.clock.now().getTime() / 1000));
  const signed = options.badSignature ? `${timestamp}${body} ` : timestamp + body;
  const response = await fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "user-agent": "Discord-Interactions/1.0 (+https://discord.com)",
      "x-signature-ed25519": sign(null, Buffer.from(signed), store.state.privateKey).toString("hex"),
      "x-signature-timestamp": timestamp,
    },
    body,
    signal: AbortSignal.timeout(options.deadline ?? 3000),
  });
  const text = await response.text();
  return { status: response.status, body: parsed(text) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
