import { once } from "../../core/once.ts";
import type { Platform } from "../../core/platform.ts";
import type { TeamsOptions } from "./receive.ts";

/** What holds of Teams whatever its settings are. */
export const teamsIs = { name: "teams", vouches: true } as const satisfies Partial<Platform>;

/**
 * Teams through the Bot Connector. Only people of one tenant are listened to. botbuilder is loaded with the first use: it is large, and an
 * answer on Discord needs none of it.
 */
export function teamsPlatform(options: TeamsOptions): Platform {
  const loaded = once(async () => (await import("./receive.ts")).loadedTeams(options));
  return {
    ...teamsIs,
    pieces: [{ name: "teams", load: loaded }],
    receive: async (request) => (await loaded()).receive(request),
    send: async (message) => (await loaded()).send(message),
    // Each answer and each message shows how it is; a call without one costs a token and a second.
    check: { when: "unwell", ask: async () => (await loaded()).ask() },
  };
}
