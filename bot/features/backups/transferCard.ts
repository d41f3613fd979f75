import { backupsButton } from "../../cards/instanceButtons.ts";
import { answered } from "../../cards/operationCards.ts";
import type { Card } from "../../core/card.ts";
import type { Member } from "../../core/member.ts";
import { namesOf } from "../../core/names.ts";
import type { CardView } from "../../core/operation.ts";
import { instant } from "../../core/text.ts";

/** For the admin who gives a leaver's home disk away. */
export function transferCard(view: CardView): Card {
  const { input, notes, status } = view.operation;
  const heir = input.heir?.name ?? "someone";
  const card = answered(view, {
    running: `Giving the home disk of ${view.member.name} to ${heir}`,
    succeeded: `${heir} has the home disk of ${view.member.name}`,
    failed: `${heir} was not given the home disk of ${view.member.name}`,
  });
  if (status !== "succeeded") return card;
  return {
    ...card,
    text: `It is now among ${heir}’s backups, and I told them that they can restore it.`,
    facts: [
      ["From", namesOf(view.member.key).homeDisk],
      ["Snapshot", notes["snapshot"] ?? ""],
      ["Made", instant(notes["createdAt"] ?? "")],
      ["Kept until", instant(notes["expires"] ?? "")],
    ],
  };
}

/** For the member who gets a leaver's home disk. */
export const heirCard = ({ name }: Pick<Member, "name">, expires: string): Card => ({
  title: `${name}’s home disk is now yours`,
  tone: "good",
  text: "An admin gave it to you, with all files on it. It is among your backups. You can restore it when you have no home disk of your own.",
  facts: [["Kept until", instant(expires)]],
  buttons: [backupsButton],
});
