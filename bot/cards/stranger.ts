import type { Card } from "../core/card.ts";
import type { Platform } from "../core/platform.ts";
import { titled } from "./botCards.ts";

/** The answer to an account that belongs to no member, on a platform that does not vouch for people. */
export const strangerCard = (platforms: readonly Pick<Platform, "name" | "vouches">[]): Card => ({
  title: "You are not on this team's roster, or not with this account.",
  tone: "bad",
  text: `I'm the bot that gives each member of this team their own OpenClaw, an AI agent on a VM in Azure.\n\n${howToLink(platforms) ?? "If you're on the roster, ask an admin to link this account to you."}\n\nIf you aren't on the roster, ask an admin to add you.`,
});

/** How someone on the roster links an account; undefined: no platform vouches for who they are. */
export function howToLink(platforms: readonly Pick<Platform, "name" | "vouches">[]): string | undefined {
  const at = platforms.find(({ vouches }) => vouches)?.name;
  return at === undefined
    ? undefined
    : `If you're on the roster, link this account: type /openclaw link in ${titled(at)}, then come back and type /openclaw link with the code you get there.`;
}
