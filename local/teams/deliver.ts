import type { Activity } from "./activity.ts";
import { type Forgery, type Issuer, tokenFor } from "./issuer.ts";

export interface Delivery {
  /** HTTP status of the bot's answer. */
  readonly status: number;
  /** Parsed if it is JSON, otherwise the text. */
  readonly body: unknown;
}

export interface DeliverOptions {
  /** How to forge the token. */
  readonly forge?: Forgery;
  /** Milliseconds until Teams gives up: 15 s. */
  readonly deadline?: number;
}

/** Posts an activity to the bot as Teams does. Throws if no answer comes in time. */
export async function deliver(
  issuer: Issuer,
  url: string,
  activity: Activity,
  { forge, deadline = 15_000 }: DeliverOptions = {},
): Promise<Delivery> {
  const token = await tokenFor(issuer, activity.serviceUrl, forge);
  const response = await fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/json; charset=utf-8",
      "user-agent": "Microsoft-SkypeBotApi (Microsoft-BotFramework/3.0)",
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(activity),
    signal: AbortSignal.timeout(deadline),
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
