import { begins, working } from "../../commands/begins.ts";
import { sizeOnOffer } from "../../commands/sizeProblem.ts";
import { ownCommand } from "../../commands/subjectCommand.ts";
import { type Bot, forceOption } from "../../core/command.ts";
import { nothingChanged } from "../../core/errors.ts";
import { type Instance, isRunning } from "../../core/instance.ts";
import { namesOf } from "../../core/names.ts";
import { differencePhrase, pricePhrase } from "../../core/price.ts";
import { otherSizeChoices } from "./sizeChoices.ts";

export const resize = ownCommand({
  name: "resize",
  about: "Another size for your VM",
  bound: true,
  options: {
    size: {
      type: "text",
      about: "One of the sizes on offer",
      example: "Standard_B2as_v2",
      required: true,
      suggests: otherSizeChoices,
    },
    force: forceOption,
    running: { type: "flag", about: "Whether the question said that the VM runs", hidden: true },
  },
  needs: "whole",
  confirm: {
    label: "Yes, change it",
    check: ({ instance }, { options }, bot) => void sizesOf(options.size, instance.value, bot),
    // The VM was started or stopped after the question, so the answer no longer fits.
    isStale: ({ instance }, { options }) => options.running !== isRunning(instance.value),
    async ask({ member, instance }, { options: { size: wanted, force } }, bot) {
      const { size, present } = sizesOf(wanted, instance.value, bot);
      const running = isRunning(instance.value);
      const [before, after] = await Promise.all([bot.price(present), bot.price(size)]);
      return {
        options: { size, ...(force ? { force: "true" } : {}), ...(running ? { running: "true" } : {}) },
        card: {
          title: `Change ${namesOf(member.value.key).vm} from ${present} to ${size}?`,
          tone: "info",
          facts: [
            ["Now", pricePhrase(before)],
            ["Then", pricePhrase(after)],
            ["Difference", differencePhrase(before, after)],
          ],
          text: running
            ? `I'll stop your VM, change its size and start it again. Sessions end, and open access is closed.${force ? " Whatever the agent is doing is interrupted." : ""}`
            : "Your VM is stopped and stays stopped.",
        },
      };
    },
  },
  run({ member, instance, used }, call, bot) {
    const { size, present } = sizesOf(call.options.size, instance.value, bot);
    const { force } = call.options;
    return begins(call, bot, "resize", {
      member: member.value,
      instance,
      input: { size, ...(force ? { force } : {}), ...(isRunning(instance.value) ? { running: true } : {}) },
      say: working(`Changing the size to ${size}.`),
      audit: `asked to change the size from ${present} to ${size}`,
      changes: used,
    });
  },
});

/** The wanted size and the present one. @throws Refusal */
function sizesOf(wanted: string, instance: Instance, bot: Bot) {
  const size = sizeOnOffer(wanted, bot);
  const present = instance.size ?? bot.settings.size;
  if (size === present) throw nothingChanged(`Your VM already has the size ${size}.`);
  return { size, present };
}
