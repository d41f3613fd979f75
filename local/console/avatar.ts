import { botUser, everyone } from "../discord/people.ts";

const colours = ["#5865f2", "#248046", "#b5651d", "#8e44ad", "#00707a"];

/** A round picture with a person's initials, or the bot's claw, so that the page fetches nothing from Discord. */
export function avatar(id: string): string {
  const index = everyone.findIndex((person) => person.id === id);
  const initials = everyone[index]?.name.replace(/\(.*/, "").replaceAll(/[a-z ]/g, "");
  const inside =
    id === botUser.id || initials === undefined
      ? '<path fill="#fff" d="M12 30C8 19 13 9 24 8c-3 3-4 6-3 10l8-6c3 9-1 17-10 18l-2 5z"/>'
      : `<text x="20" y="26" text-anchor="middle" font-family="sans-serif" font-weight="600" font-size="16" fill="#fff">${initials}</text>`;
  const colour = colours[index] ?? "#da3e44";
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><circle cx="20" cy="20" r="20" fill="${colour}"/>${inside}</svg>`;
}
