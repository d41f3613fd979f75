import type { Card } from "../core/card.ts";
import { instant, words } from "../core/text.ts";

/* What admins hear of the bot itself. */

/** A message that failed five times. */
export const poisonCard = (message: string): Card => ({
  title: "A step of the bot failed five times",
  tone: "bad",
  text: "It is tried again every minute. The bot's log says why it fails.",
  footer: message.slice(0, 200),
});

export const unwellCard = (platform: string, why: string): Card => ({
  title: `${displayName(platform)} takes nothing from the bot`,
  tone: "bad",
  text: `${why}. Messages there stay owed and go out within two minutes of the mend; after a day they are given up.`,
});

export const lateCard = (platform: string, why: string): Card => ({
  title: `Messages in ${displayName(platform)} are late`,
  tone: "bad",
  text: `They have been owed for more than ten minutes: ${why}. They are tried for a day.`,
});

export const wellCard = (platform: string, since: string): Card => ({
  title: `${displayName(platform)} takes messages again`,
  tone: "good",
  text: words`What was owed since ${instant(since)} goes out now.`,
});

const displayName = (platform: string): string => platform.charAt(0).toUpperCase() + platform.slice(1);
