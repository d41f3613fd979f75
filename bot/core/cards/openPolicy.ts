import type { Card } from "../card.ts";
import { type Instance, isOpenToAll } from "../instance.ts";
import type { Settings } from "../settings.ts";
import { joined } from "../words.ts";

/** Where any address may reach SSH, every card about the instance says so. */
export const withWarning = (card: Card, instance: Instance, settings: Settings): Card =>
  isOpenToAll(instance, settings) ? { ...card, text: joined([card.text, openPolicySentence], "\n\n") } : card;

export const openPolicySentence =
  "Any address on the internet may reach SSH here: your admins have chosen so.";
