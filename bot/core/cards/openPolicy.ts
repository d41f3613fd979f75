import type { Card } from "../card.ts";
import type { Settings } from "../settings.ts";

/** Where the admins let any address reach SSH, every card about an instance says so. */
export const withWarning = (card: Card, { networkPolicy }: Pick<Settings, "networkPolicy">): Card =>
  networkPolicy === "open"
    ? { ...card, text: [card.text, openPolicySentence].filter(Boolean).join("\n\n") }
    : card;

export const openPolicySentence =
  "Any address on the internet may reach SSH here: your admins have chosen so.";
