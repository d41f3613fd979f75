import { dayMs } from "../../core/clock.ts";
import { command } from "../../core/command.ts";
import { nothingChanged } from "../../core/errors.ts";
import { answerRoutes } from "../../core/platform.ts";
import { addedCard } from "./add.ts";
import { join } from "./entry.ts";

/** Behind Put back: adds a removed member again, with their former roles and accounts. */
export const rosterPutBack = command({
  name: "roster put-back",
  about: "Put a member back on the roster within a day of their removal",
  audience: "admin",
  hidden: true,
  options: {
    key: { type: "text", about: "Their key", required: true },
    of: { type: "text", about: "The id of their removal", required: true },
  },
  async run(call, bot) {
    const { key, of } = call.options;
    const [{ member: row }, removal] = await Promise.all([
      bot.store.person(key),
      bot.store.get(key, "op", of),
    ]);
    if (!row || removal?.value.name !== "remove") throw nothingChanged("I can't find that removal.");
    // Nobody can be put back before their access is closed, which may take longer than a day.
    const { status, startedAt, times } = removal.value;
    const ended = status === "running" ? undefined : Date.parse(times?.["removed"] ?? startedAt);
    if (ended !== undefined && bot.now.getTime() - ended > dayMs)
      throw nothingChanged("“Put back” works for a day. Add them again with /openclaw-admin roster add.");
    const { objectId, name, email, principalName, role, loginRole, accounts, size } = row.value;
    const person = { objectId, name, email, principalName };
    const asked = { cause: call.id, by: call.account, replyTo: call.replyTo, routes: answerRoutes };
    const { member, write } = await join(person, { role, loginRole, size, accounts }, asked, bot);
    return {
      reply: { card: addedCard(member, bot) },
      write: { ...write, audit: `put ${member.name} back on the roster` },
    };
  },
});
