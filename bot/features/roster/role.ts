import { askToHandOver, locksOut } from "../../commands/firstAdmin.ts";
import { memberMeant, whom } from "../../commands/whom.ts";
import { command, say } from "../../core/command.ts";
import { Refusal } from "../../core/errors.ts";
import { loginRoles, roles } from "../../core/member.ts";
import { answerRoutes } from "../../core/platform.ts";
import { change, differences, wishOf } from "./entry.ts";

export const rosterRole = command({
  name: "roster role",
  about: "Change what a member may do, in chat or on their VM",
  audience: "admin",
  options: {
    ...whom,
    role: { type: "text", about: "In chat: user, or admin", choices: roles },
    login: { type: "text", about: "On their VM: user, or administrator (sudo)", choices: loginRoles },
  },
  async run(call, bot) {
    const { role, login } = call.options;
    const { member, instance } = await memberMeant(call.options, bot);
    if (!role && !login) throw new Refusal("Say what to change: role: in chat, or login: on their VM.");
    const wishes = { role, loginRole: login };
    const said = await differences(member, wishes, bot);
    const { name } = member.value;
    const takesEffect = login !== undefined && instance?.value.generation !== undefined;
    // A call that died halfway may have made them an admin without counting them.
    const uncounted = role === "admin" && !(await bot.store.admins()).includes(member.value.key);
    if (said.length === 0 && !takesEffect && !uncounted)
      return say({ title: `${name} already has that role. Nothing was changed.`, tone: "info" });
    const asked = { cause: call.id, by: call.account, replyTo: call.replyTo, routes: answerRoutes };
    const { member: after, write } = await change(member, instance, wishes, asked, bot);
    if (role === "admin" && locksOut(after, call, bot))
      return askToHandOver(call, bot, after, wishOf(member.value, wishes));
    return {
      reply: {
        card: {
          title: `${name} is now ${said.join(" and ") || (takesEffect ? `${login} on their VM` : "admin in chat")}.`,
          tone: takesEffect ? "working" : "good",
          ...(takesEffect
            ? {
                text: "Updating Azure. The role applies from their next login; open sessions keep the old one.",
              }
            : {}),
        },
      },
      write,
    };
  },
});
