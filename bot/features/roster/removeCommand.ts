import { begins } from "../../commands/begins.ts";
import { memberMeant, whom } from "../../commands/whom.ts";
import { type Bot, command } from "../../core/command.ts";
import type { Instance } from "../../core/instance.ts";
import { withoutAdmin } from "../../core/people.ts";
import { answerRoutes } from "../../core/platform.ts";

/** What may still be building in Azure: what is under way, or a build that was put aside or given up. */
function lastBuild({ operation, last }: Instance, { operations }: Bot): string | undefined {
  const builds = Object.values(operations).some(({ name, builds }) => builds && name === last?.name);
  return operation ?? (builds && last?.outcome !== "succeeded" ? last?.operation : undefined);
}

export const rosterRemove = command({
  name: "roster remove",
  about: "Take a person off the roster, at once",
  audience: "admin",
  options: whom,
  async run(call, bot) {
    const { member, instance } = await memberMeant(call.options, bot);
    return begins(call, bot, "remove", {
      member: member.value,
      instance,
      routes: answerRoutes,
      input: { supersedes: instance && lastBuild(instance.value, bot) },
      instancePatch: () => ({ access: [] }),
      say: {
        title: `${member.value.name} is off the roster. Closing their access now.`,
        tone: "working",
        text: "Their VM is stopped, which ends their sessions; the network is closed and their roles are revoked. Keys that were shared with them stay known to them: renew those.",
      },
      audit: `removed ${member.value.name} from the roster`,
      changes: [{ kind: "member", id: "", value: { ...member.value, status: "leaving" }, etag: member.etag }],
      admins: member.value.role === "admin" ? await withoutAdmin(member.value.key, bot) : undefined,
    });
  },
});
