import { begins, working } from "../../commands/begins.ts";
import { ownCommand } from "../../commands/subjectCommand.ts";
import { forceOption } from "../../core/command.ts";
import { isRunning } from "../../core/instance.ts";
import { namesOf } from "../../core/names.ts";
import { pricePhrase } from "../../core/price.ts";

export const rebuild = ownCommand({
  name: "rebuild",
  about: "A new VM from today's image, with the same home disk",
  bound: true,
  options: { force: forceOption },
  needs: "there",
  confirm: {
    label: "Yes, rebuild it",
    async ask({ member, instance }, { options: { force } }, bot) {
      const price = pricePhrase(await bot.price(instance.value.size ?? bot.settings.size));
      return {
        options: force ? { force: "true" } : {},
        card: {
          title: `Rebuild ${namesOf(member.value.key).vm}?`,
          tone: "bad",
          facts: [
            ["Deletes", "the VM with its system disk and what was installed there, its address, open access"],
            ["Keeps", "your home disk with all your data; your identity and your keys"],
          ],
          text: `It costs ${price}, as before. It takes a few minutes, and you get a new address.${force ? " Whatever the agent is doing is interrupted." : ""}${isRunning(instance.value) ? "" : " The VM runs afterwards."}`,
        },
      };
    },
  },
  run: ({ member, instance, used }, call, bot) =>
    begins(call, bot, "rebuild", {
      member: member.value,
      instance,
      input: {
        size: instance.value.size ?? bot.settings.size,
        ...(call.options.force ? { force: true } : {}),
      },
      say: working("Rebuilding your OpenClaw."),
      audit: "asked to rebuild their instance",
      changes: used,
    }),
});
