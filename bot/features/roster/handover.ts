import { confirmed, useUp } from "../../commands/confirmation.ts";
import { handOverLine, isFirstAdmin } from "../../commands/firstAdmin.ts";
import { command, say } from "../../core/command.ts";
import { nothingChanged } from "../../core/errors.ts";
import { isAdmin } from "../../core/member.ts";
import { memberKey } from "../../core/names.ts";
import { answerRoutes } from "../../core/platform.ts";
import { addedCard, resolve } from "./add.ts";
import { change, join } from "./entry.ts";

/** Behind the button of a question to the first admin: makes someone else an admin. */
export const rosterHandover = command({
  name: "roster handover",
  about: "Make someone else an admin",
  audience: "admin",
  hidden: true,
  options: {
    of: { type: "text", about: "Their key", required: true },
    confirmed: { ...confirmed, required: true },
  },
  async run(call, bot) {
    const { of, confirmed: id } = call.options;
    const used = await useUp(call, bot, of, id, "never");
    const { wish } = used.value;
    if (!wish?.person) throw nothingChanged("That confirmation isn't yours.");
    const { member: found, instance } = await bot.store.person(of);
    const active = found?.value.status === "active" ? found : undefined;
    const asked = { cause: call.id, by: call.account, replyTo: call.replyTo, routes: answerRoutes };
    const person = { ...wish.person, email: wish.person.email };
    const { member, write } = active
      ? await change(active, instance, wish, asked, bot)
      : await join(person, wish, asked, bot);
    const over = isFirstAdmin(call, bot)
      ? "You're no longer an admin. If that was a mistake, ask them, or whoever runs the bot."
      : undefined;
    const changed = { title: `${member.name} is now an admin.`, tone: "good" } as const;
    return {
      reply: { card: { ...(active ? changed : addedCard(member, bot)), text: over } },
      write: { ...write, changes: [...write.changes, used] },
    };
  },
});

/** Behind Add me: puts the first admin on the roster, as an admin. */
export const rosterMe = command({
  name: "roster add-me",
  about: "Put yourself on the roster, as an admin",
  audience: "admin",
  hidden: true,
  slow: true,
  options: {
    entra: {
      type: "text",
      about: "Your Entra e-mail or object id",
      example: "mia@contoso.com",
      mail: true,
      required: true,
    },
    of: { type: "text", about: "The key of the next admin", hidden: true },
    next: { type: "text", about: "The id of the question", hidden: true },
  },
  async run(call, bot) {
    const { entra, of, next } = call.options;
    if (isAdmin(call.member?.value))
      return say({ title: "You're already an admin on the roster.", tone: "info" });
    const found = await resolve(entra, call.account, bot);
    const wishes = { account: call.account, role: "admin" } as const;
    const { member: known, instance } = await bot.store.person(memberKey(found.objectId));
    // Without a message of its own, which would replace this answer and its button.
    const asked = { cause: call.id, by: call.account };
    const { write } =
      known?.value.status === "active"
        ? await change(known, instance, wishes, asked, bot)
        : await join(found, wishes, asked, bot);
    const go = of !== undefined && next !== undefined;
    return {
      reply: {
        card: {
          title: "You're now an admin on the roster.",
          tone: "good",
          text: go ? "Press Go on to finish what you asked for." : undefined,
          buttons: go
            ? [
                {
                  label: "Go on",
                  style: "primary",
                  line: { ...handOverLine(of), options: { of, confirmed: next } },
                  once: true,
                },
              ]
            : [],
        },
      },
      write,
    };
  },
});
