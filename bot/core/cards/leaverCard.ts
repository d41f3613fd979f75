import { type Card, moment } from "../card.ts";
import type { Truth } from "../cloud.ts";
import type { Instance } from "../instance.ts";
import type { Member } from "../member.ts";
import type { Settings } from "../settings.ts";

/** When what a leaver had is torn down by itself. */
export const keptUntil = (now: Date, settings: Settings): Date =>
  new Date(now.getTime() + settings.keepDays * 24 * 3600 * 1000);

/** Asks the admins nothing: it says what is left, and offers to end it sooner. */
export function leaverCard(
  member: Member,
  instance: Instance,
  truth: Truth,
  settings: Settings,
  now: Date,
): Card {
  const until = keptUntil(now, settings);
  return {
    title: `${member.name} is off the roster`,
    tone: "info",
    text: truth.vm
      ? `Their instance is stopped and closed, and nobody can log in. Unless you do something it is kept until ${moment(until)} and torn down then; the home disk stays after that.`
      : "They have no instance any more. Their home disk is kept.",
    facts: [
      ["Instance", `openclaw-${member.key}`],
      ...(truth.homeDisk ? [["Home disk", `${truth.homeDisk.sizeGb} GB`] as const] : []),
    ],
    buttons: truth.vm
      ? [
          {
            label: "Tear down",
            style: "danger",
            line: {
              command: "leaver teardown",
              options: { key: member.key },
              generation: instance.generation,
            },
          },
        ]
      : [],
  };
}
