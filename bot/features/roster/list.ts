import { pageOf, pageOption } from "../../cards/paging.ts";
import { command, say } from "../../core/command.ts";

/** How many people fit on one card on every platform. */
const pageSize = 20;

export const rosterList = command({
  name: "roster list",
  about: "Who is on the roster",
  audience: "admin",
  options: { page: pageOption },
  async run(call, bot) {
    const members = (await bot.store.members())
      .filter((member) => member.status !== "left")
      .toSorted((a, b) => a.name.localeCompare(b.name));
    const page = pageOf(members, pageSize, call.options.page, { command: "roster list", options: {} });
    return say({
      title: members.length === 1 ? "One person on the roster" : `${members.length} people on the roster`,
      tone: "info",
      text: members.length === 0 ? "Add the first one with /openclaw-admin roster add." : undefined,
      facts: page.items.map((member) => [
        member.name,
        [
          member.email ?? member.objectId,
          member.role === "admin" ? "admin" : undefined,
          member.loginRole === "administrator" ? "administrator on the VM" : undefined,
          member.status === "leaving" ? "leaving" : undefined,
        ]
          .filter(Boolean)
          .join(", "),
      ]),
      buttons: page.buttons,
      footer: page.footer,
    });
  },
});
