import { askFirst, confirmationId } from "../../commands/confirmation.ts";
import { addMeButton, isCaller, lockOutWarning, locksOut } from "../../commands/firstAdmin.ts";
import type { Card } from "../../core/card.ts";
import { type Bot, type Call, command, say } from "../../core/command.ts";
import { nothingChanged } from "../../core/errors.ts";
import { isAdmin, isHeard, type Member } from "../../core/member.ts";
import { botPartition, memberKey } from "../../core/names.ts";
import type { ImportEntry, ImportPart } from "../../core/team.ts";
import { mostReason } from "../../core/text.ts";
import { proposal } from "./importCard.ts";
import { importChange } from "./importRows.ts";
import { planOf } from "./plan.ts";
import { readTeam } from "./teamFile.ts";

/** The room for entries in one row, in UTF-16 units of JSON; a row holds 32,768. What is said of an entry counts apart, because it changes. */
const perPart = 30_000;
/** The room for what is said of an entry, with every character escaped, and for the name of its state. */
const perReason = 2 * mostReason + 20;

export const rosterImport = command({
  name: "roster import",
  about: "Add and change many members at once, from a team.json",
  audience: "admin",
  slow: true,
  options: {
    file: { type: "file", about: "The team.json" },
    json: {
      type: "text",
      about: "Or its text, pasted",
      example: '{"members":[{"email":"mia@contoso.com"}]}',
      long: true,
      unless: ["file"],
    },
  },
  async run(call, bot) {
    const { file, json } = call.options;
    if (file && json !== undefined) throw nothingChanged("Use either a file or its text, not both.");
    const entries = await planOf(readTeam(await bot.text(file ?? json ?? "")), bot);
    // The same id as the question, so that one leads to the other.
    const id = confirmationId(call);
    const question = proposal(id, entries);
    if (!entries.some(({ state }) => state === "add" || state === "change")) return say(question);
    const handsOver = isHandedOver(entries, await bot.store.members(), call, bot);
    return askFirst(call, bot, {
      partition: botPartition,
      card: handsOver ? withWarning(question, call) : question,
      label: "Apply",
      keep: "Don't apply",
      style: "primary",
      line: { command: "roster apply", options: {} },
      changes: partsOf({ id, by: call.account, listedAt: bot.now.toISOString() }, entries).map((part) =>
        importChange(part),
      ),
    });
  },
});

/** Whether the import makes others admins and leaves the first admin, who asks, without the role. */
function isHandedOver(
  entries: readonly ImportEntry[],
  members: readonly Member[],
  call: Call,
  bot: Bot,
): boolean {
  const active = new Map(members.flatMap((one) => (one.status === "active" ? [[one.key, one]] : [])));
  const admins = entries.flatMap(({ state, role, person, account }) => {
    if (!person || (state !== "add" && state !== "change")) return [];
    const key = memberKey(person.objectId);
    const before = active.get(key);
    // With one who can speak already, there is no first admin anymore.
    if (before && isAdmin(before) && isHeard(before, bot.vouched)) return [];
    // As they will be: the roster has what the file doesn't say.
    const accounts = [...(before?.accounts ?? []), ...(account ? [account] : [])];
    return (role ?? before?.role) === "admin" ? [{ key, role: "admin", accounts } as const] : [];
  });
  return !admins.some((each) => isCaller(each, call)) && admins.some((each) => locksOut(each, call, bot));
}

const withWarning = (card: Card, call: Call): Card => ({
  ...card,
  text: [card.text, lockOutWarning].filter((text) => text !== undefined).join("\n\n"),
  buttons: [addMeButton(call), ...(card.buttons ?? [])],
});

function partsOf(
  common: Pick<ImportPart, "id" | "by" | "listedAt">,
  entries: readonly ImportEntry[],
): readonly ImportPart[] {
  const groups: ImportEntry[][] = [];
  let room = 0;
  for (const entry of entries) {
    const size = JSON.stringify({ ...entry, said: "" }).length + perReason;
    if (size > room) {
      groups.push([]);
      room = perPart;
    }
    room -= size;
    groups.at(-1)?.push(entry);
  }
  return groups.map((group, part) => ({
    ...common,
    part,
    parts: groups.length,
    status: "asked",
    entries: group,
  }));
}
