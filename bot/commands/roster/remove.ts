import { withoutAdmin } from "../../core/admins.ts";
import { answerRoutes } from "../../core/begin.ts";
import { command } from "../../core/command.ts";
import { begunBy } from "../begunBy.ts";
import { memberMeant, whom } from "../whom.ts";

export const rosterRemove = command({
  name: "roster remove",
  about: "Take a person off the roster, at once",
  audience: "admin",
  options: whom,
  async run(call, bot) {
    const { member, instance } = await memberMeant(call.options, bot);
    const running = instance?.value.operation;
    const begun = begunBy(call, bot, "remove", {
      member: member.value,
      instance,
      routes: answerRoutes,
      input: { supersedes: running },
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
        ...(member.value.role === "admin" ? { admins: await withoutAdmin(member.value.key, bot) } : {}),
      },
    };
  },
});
