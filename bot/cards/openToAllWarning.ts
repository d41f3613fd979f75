import type { Card } from "../core/card.ts";
import { type Instance, isOpenToAll } from "../core/instance.ts";
import type { Settings } from "../core/settings.ts";
import { joined } from "../core/text.ts";

/** Where any address may reach SSH, every card about the instance says so. */
export const withOpenToAllWarning = (card: Card, instance: Instance, settings: Settings): Card =>
  isOpenToAll(instance, settings) ? { ...card, text: joined([card.text, openToAllWarning], "\n\n") } : card;

export const openToAllWarning = "Any address on the internet may reach SSH here: your admins have chosen so.";
