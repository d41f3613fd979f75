import * as z from "zod";
import { ConfigFault, readConfig } from "./config/config.ts";
import type { HttpAnswer, InboundRequest, Platform } from "./core/platform.ts";
import { withPolicy } from "./engine/now.ts";
import { complaints } from "./engine/platformState.ts";
import { sweep } from "./engine/sweep.ts";
import { work } from "./engine/task.ts";
import { type Visit, visitAccessLink } from "./features/access/visit.ts";
import { answer } from "./front/answer.ts";
import { healthAnswer } from "./front/health.ts";
import { unavailable } from "./front/refusing.ts";
import { warmUp } from "./front/warmUp.ts";
import type { Parts } from "./parts.ts";
import { workMessage } from "./store/rowFormat.ts";
import { partsFrom } from "./wiring.ts";

export interface App {
  interactions(request: InboundRequest): Promise<HttpAnswer>;
  messages(request: InboundRequest): Promise<HttpAnswer>;
  /** The page behind an access link. */
  access(visit: Visit): Promise<HttpAnswer>;
  /** @param tries how often the queue has delivered the message, including this time; 1 if it doesn't say */
  work(message: unknown, tries?: unknown): Promise<void>;
  sweep(): Promise<void>;
  health(): Promise<HttpAnswer>;
  /** Loads what a first call would otherwise wait for. Never fails. */
  warmUp(): Promise<void>;
}

let wired: App | undefined;

/** The bot, wired once per process from its environment. */
export function app(): App {
  wired ??= appIn(process.env, (faults) =>
    // Once per process; each call also answers with it.
    console.error(JSON.stringify({ message: "settings are missing or wrong", faults })),
  );
  return wired;
}

/**
 * The bot as an environment describes it. If that isn't enough, a bot that says so to every call.
 * @param tell gets what is wrong with the settings, if anything
 */
export function appIn(
  env: NodeJS.ProcessEnv,
  tell: (faults: readonly string[]) => void = () => undefined,
): App {
  const { config, faults } = readConfig(env);
  if (faults.length > 0) tell(faults);
  return config ? appFrom(partsFrom(env)) : refusingApp(faults);
}

/** Queued work fails until the queue gives it up; the sweep brings it back once the settings are fixed. */
function refusingApp(faults: readonly string[]): App {
  const answerUnavailable = async () => unavailable;
  const fail = async () => {
    throw new ConfigFault(faults);
  };
  return {
    interactions: answerUnavailable,
    messages: answerUnavailable,
    access: answerUnavailable,
    work: fail,
    sweep: fail,
    health: async () => healthAnswer(faults, {}),
    // There is nothing that a call could wait for.
    warmUp: async () => undefined,
  };
}

const timesHandedOver = z.coerce.number().int().positive().default(1);

/** The bot from its parts. */
export function appFrom(parts: Parts): App {
  const { discord, teams } = parts.platforms;
  let inHand = 0;
  const counted = async (platform: Platform | undefined, request: InboundRequest): Promise<HttpAnswer> => {
    inHand += 1;
    try {
      return await answer(platform, request, parts);
    } finally {
      inHand -= 1;
    }
  };
  return {
    interactions: (request) => counted(discord, request),
    messages: (request) => counted(teams, request),
    access: async (visit) => visitAccessLink(visit, await withPolicy(parts)),
    work: async (message, tries) =>
      work(workMessage.parse(message), timesHandedOver.parse(tries), await withPolicy(parts)),
    sweep: async () => sweep(await withPolicy(parts)),
    health: async () => healthAnswer(parts.faults, await complaints(parts).catch(() => undefined)),
    warmUp: () => warmUp(parts, () => inHand > 0),
  };
}
