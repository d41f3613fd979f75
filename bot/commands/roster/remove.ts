import { presentAdmins } from "../../core/admins.ts";
import { answerRoutes, begin } from "../../core/begin.ts";
import { command } from "../../core/command.ts";
import { Refusal } from "../../core/errors.ts";
import { personOf } from "../../core/people.ts";

export const rosterRemove = command({
  name: "roster remove",
  about: "Take a person off the roster, at once",
  audience: "admin",
  options: { person: { type: "person", about: "Who, here in chat", required: true } },
  async run(call, bot) {
    const { person } = call.options;
    const { member, instance } = await personOf(person, bot.store);
    if (!member || member.value.status === "left")
      throw new Refusal(`${person.name} is not on the roster. Nothing was changed.`);
    if (member.value.status === "leaving")
      throw new Refusal(`${member.value.name} is being removed already.`);
    const others = (await presentAdmins(bot.store)).filter((admin) => admin !== member.value.key);
    const running = instance?.value.operation;
    const begun = begin({
      operation: bot.operations.remove,
      cause: call.id,
      member: member.value,
      instance,
      by: call.account,
      replyTo: call.replyTo,
      routes: answerRoutes,
      input: { supersedes: running },
      now: bot.now,
      settings: bot.settings,
      instancePatch: () => ({ access: [] }),
    });
    return {
      reply: {
        card: {
          title: `${member.value.name} is off the roster. Closing their access now.`,
          tone: "working",
          text: "Their VM is stopped, which ends their sessions; the network is closed and their roles are revoked. Keys that were shared with them stay known to them: renew those.",
        },
      },
      write: {
        partition: member.value.key,
        audit: `removed ${member.value.name} from the roster`,
        ...begun,
        changes: [
          { kind: "member", id: "", value: { ...member.value, status: "leaving" }, etag: member.etag },
          ...begun.changes,
        ],
        ...(member.value.role === "admin" ? { admins: (keys) => remaining(keys, others) } : {}),
      },
    };
  },
});

/** Decided on the keys as they are when they are written: two admins may be removed at once. @throws Refusal */
function remaining(keys: readonly string[], others: readonly string[]): readonly string[] {
  const rest = keys.filter((admin) => others.includes(admin));
  if (rest.length === 0)
    throw new Refusal(
      "That is the last admin, and there has to be one. Make somebody else an admin first. Nothing was changed.",
    );
  return rest;
}
