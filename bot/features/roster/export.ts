import { pageOf, pageOption } from "../../cards/paging.ts";
import { command, say } from "../../core/command.ts";
import type { Member } from "../../core/member.ts";
import { brief } from "../../core/text.ts";
import { linkedPlatform } from "./team.ts";

/** How many characters of a code section both platforms show without cutting it. */
const pageLength = 3200;

/** The most members that the card names. */
const mostNames = 5;

export const rosterExport = command({
  name: "roster export",
  about: "The roster as JSON, as import takes it",
  audience: "admin",
  options: { page: pageOption },
  async run(call, bot) {
    const members = (await bot.store.members())
      .filter(({ status }) => status === "active")
      .toSorted((a, b) => a.name.localeCompare(b.name));
    const line = { command: "roster export", options: {} };
    const page = pageOf(pagesOf(members.map(entryOf)), 1, call.options.page, line);
    return say({
      title: members.length === 1 ? "One person on the roster" : `${members.length} people on the roster`,
      tone: "info",
      text: severalOf(members),
      sections: page.items.map((code) => ({
        text: page.footer
          ? "As team.json. Save each page as a file of its own for /openclaw-admin roster import."
          : "As team.json, for /openclaw-admin roster import.",
        code,
      })),
      buttons: page.buttons,
      footer: page.footer,
    });
  },
});

/** One line per member: the entry with which `roster import` would recreate them. */
const entryOf = (member: Member): string =>
  JSON.stringify({
    email: member.principalName ?? member.email ?? member.objectId,
    [linkedPlatform]: linkedOf(member)[0]?.id,
    role: member.role,
    loginRole: member.loginRole,
    size: member.size,
  });

/** An import links one account to each member. */
const linkedOf = ({ accounts }: Member) => accounts.filter(({ platform }) => platform === linkedPlatform);

/** Whose further accounts are lost. */
function severalOf(members: readonly Member[]): string | undefined {
  const several = members.filter((member) => linkedOf(member).length > 1).map(({ name }) => brief(name, 60));
  if (several.length === 0) return undefined;
  const more = several.length - mostNames;
  const named = several.slice(0, mostNames).join(", ");
  return `These members have more than one account, and the file holds only the first: ${named}${more > 0 ? ` and ${more} more` : ""}. Link the others with /openclaw-admin roster link after an import.`;
}

/** Puts as many lines on a page as fit. */
function pagesOf(lines: readonly string[]): readonly string[] {
  const pages: string[][] = [[]];
  let length = 0;
  for (const line of lines) {
    length += line.length + 6;
    if (length > pageLength) {
      pages.push([]);
      length = line.length;
    }
    pages.at(-1)?.push(line);
  }
  return pages.map((page) => `{"members":[\n${page.map((line) => `  ${line}`).join(",\n")}\n]}`);
}
