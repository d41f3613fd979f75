import { command, say } from "../../core/command.ts";

/** One card holds this many people on every platform. */
const pageSize = 20;

export const rosterList = command({
  name: "roster list",
  about: "Who is on the roster",
  audience: "admin",
  options: { page: { type: "text", about: "Which page", example: "2" } },
  async run(call, bot) {
    const members = (await bot.store.members())
      .filter((member) => member.status !== "left")
      .toSorted((a, b) => a.name.localeCompare(b.name));
    const pages = Math.max(1, Math.ceil(members.length / pageSize));
    const page = Math.min(pages, Math.max(1, Math.trunc(Number(call.options.page ?? "1")) || 1));
    const shown = members.slice((page - 1) * pageSize, page * pageSize);
    return say({
      title: members.length === 1 ? "One person on the roster" : `${members.length} people on the roster`,
      tone: "info",
      text: members.length === 0 ? "Add the first one with /openclaw-admin roster add." : undefined,
      facts: shown.map((member) => [
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
      buttons:
        page < pages
          ? [{ label: "Next page", line: { command: "roster list", options: { page: String(page + 1) } } }]
          : [],
      footer: pages > 1 ? `Page ${page} of ${pages}` : undefined,
    });
  },
});
