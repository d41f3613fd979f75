import { putBackButton, putBackFooter } from "../../cards/leaverCard.ts";
import { begins } from "../../commands/begins.ts";
import { type Subject, subjectCommand } from "../../commands/subjectCommand.ts";
import { memberMeant, whom } from "../../commands/whom.ts";
import type { Bot } from "../../core/command.ts";
import type { Instance } from "../../core/instance.ts";
import type { Member } from "../../core/member.ts";
import { withoutAdmin } from "../../core/people.ts";
import { answerRoutes } from "../../core/platform.ts";
import type { Settings } from "../../core/settings.ts";
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

type Has = Pick<Instance, "generation" | "homeDisk">;

/** What a removed member loses. A home disk may be kept without a VM. */
export function losesSentence(
  { generation, homeDisk }: Has,
  { keepDays }: Pick<Settings, "keepDays">,
): string {
  const vm = generation
    ? "Their VM stops at once, which ends their sessions, and they can no longer log in."
    : "They have no VM.";
  return generation || homeDisk ? `${vm} Their home disk is kept for ${keepDays} days.` : vm;
}

/** What the bot does about their access. */
export const closingSentence = ({ generation }: Has): string =>
  generation
    ? "I'm stopping their VM, which ends their sessions, closing its network, and revoking their roles."
    : "I'm revoking their roles in Azure.";

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
    keep: "Keep them",
    async ask({ member: { value: member }, instance }, _call, bot) {
      // Refuse now rather than after the confirmation.
      if (member.role === "admin") (await withoutAdmin(member.key, bot))(await bot.store.admins());
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
          text: `${losesSentence(instance?.value ?? {}, bot.settings)} You can put them back for a day.`,
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
        text: `${closingSentence(instance?.value ?? {})} They may still know any shared keys. Rotate those keys.`,
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
