import { putBackButton, putBackFooter } from "../../cards/leaverCard.ts";
import { begins } from "../../commands/begins.ts";
import { type Subject, subjectCommand } from "../../commands/subjectCommand.ts";
import { memberMeant, whom } from "../../commands/whom.ts";
import type { Bot } from "../../core/command.ts";
import { type Instance, isSomething } from "../../core/instance.ts";
import type { Member } from "../../core/member.ts";
import { withoutAdmin } from "../../core/people.ts";
import { answerRoutes } from "../../core/platform.ts";
import type { Row } from "../../core/store.ts";

interface Leaver extends Subject {
  readonly member: Row<Member>;
  readonly instance: Row<Instance> | undefined;
}

/** What may still be building in Azure: the operation in progress, or a build that was superseded or failed. */
function lastBuild({ operation, last }: Instance, { operations }: Bot): string | undefined {
  const builds = Object.values(operations).some(({ name, builds }) => builds && name === last?.name);
  return operation ?? (builds && last?.outcome !== "succeeded" ? last?.operation : undefined);
}

export const rosterRemove = subjectCommand({
  name: "roster remove",
  about: "Remove a member from the roster",
  details: "I'll ask first, then act at once. “Put back” undoes it for a day.",
  audience: "admin",
  options: whom,
  async subject(call, bot): Promise<Leaver> {
    const { member, instance } = await memberMeant(call.options, bot);
    return { partition: member.value.key, member, instance };
  },
  confirm: {
    label: "Yes, remove",
    async ask({ member: { value: member }, instance }, _call, bot) {
      // Refuse now rather than after the confirmation.
      if (member.role === "admin") (await withoutAdmin(member.key, bot))(await bot.store.admins());
      const has = instance && isSomething(instance.value);
      return {
        // A button can't name a person the way the platform does.
        options: { entra: member.objectId },
        card: {
          title: `Remove ${member.name} from the roster?`,
          tone: "bad",
          facts: [
            ["Entra", member.email ?? member.objectId],
            ["Role in chat", member.role],
          ],
          text: `${has ? `Their VM stops at once, which ends their sessions, and they can no longer log in. Their home disk is kept for ${bot.settings.keepDays} days.` : "They have no VM."} You can put them back for a day.`,
        },
      };
    },
  },
  async run({ member, instance, used }, call, bot) {
    return begins(call, bot, "remove", {
      member: member.value,
      instance,
      routes: answerRoutes,
      input: { supersedes: instance && lastBuild(instance.value, bot) },
      instancePatch: () => ({ access: [] }),
      say: ({ id }) => ({
        title: `${member.value.name} is off the roster. Closing their access now.`,
        tone: "working",
        text: "I'm stopping their VM, which ends their sessions, closing its network, and revoking their roles. They may still know any shared keys. Rotate those keys.",
        buttons: [putBackButton(member.value.key, id)],
        footer: putBackFooter,
      }),
      audit: `removed ${member.value.name} from the roster`,
      changes: [
        { kind: "member", id: "", value: { ...member.value, status: "leaving" }, etag: member.etag },
        ...used,
      ],
      admins: member.value.role === "admin" ? await withoutAdmin(member.value.key, bot) : undefined,
    });
  },
});
