import { command, say } from "../../core/command.ts";
import { Refusal } from "../../core/errors.ts";
import { isRunning } from "../../core/instance.ts";
import { namesOf } from "../../core/names.ts";
import { forceOption } from "../../core/options.ts";
import { differencePhrase, pricePhrase } from "../../core/price.ts";
import { quoted } from "../../core/quoted.ts";
import { begunBy } from "../../engine/begunBy.ts";
import { askFirst, confirmed, useUp } from "../../engine/confirmation.ts";
import { callerOf, underWay, wholeInstanceOf } from "../../engine/underWay.ts";

export const resize = command({
  name: "resize",
  about: "Another size for your VM",
  audience: "member",
  bound: true,
  options: {
    size: { type: "text", about: "One of the sizes on offer", example: "Standard_B2as_v2", required: true },
    force: forceOption,
    running: { type: "flag", about: "What the question said of the VM", hidden: true },
    confirmed,
  },
  async run(call, bot) {
    const member = callerOf(call);
    const busy = await underWay(member.value, call.instance?.value, bot);
    if (busy) return say(busy);
    const instance = wholeInstanceOf(call);
    const { force } = call.options;
    const { sizes } = bot.settings;
    const size = sizes.find((one) => one.toLowerCase() === call.options.size.toLowerCase());
    if (size === undefined)
      throw new Refusal(`size can be ${sizes.join(" or ")}, not ${quoted(call.options.size)}.`);
    const present = instance.value.size ?? bot.settings.size;
    if (size === present) throw new Refusal(`Your VM has the size ${size} already. Nothing was changed.`);
    const { key } = member.value;
    const running = isRunning(instance.value);
    // Started or stopped since it was asked: the answer was to something else.
    if (call.options.confirmed === undefined || call.options.running !== running) {
      const [before, after] = await Promise.all([bot.price(present), bot.price(size)]);
      const options = {
        size,
        ...(force ? { force: "true" } : {}),
        ...(running ? { running: "true" } : {}),
      };
      const line = { command: "resize", options, generation: instance.value.generation };
      return askFirst(call, bot, key, "Yes, change it", line, {
        title: `Change ${namesOf(key).vm} from ${present} to ${size}?`,
        tone: "info",
        facts: [
          ["Now", pricePhrase(before)],
          ["Then", pricePhrase(after)],
          ["Difference", differencePhrase(before, after)],
        ],
        text: running
          ? `Your VM is stopped, changed and started again: sessions end, and open access is closed.${force ? " Whatever the agent is doing is cut off." : ""}`
          : "Your VM is stopped now, and stays so.",
      });
    }
    const used = await useUp(call, bot, key, call.options.confirmed);
    const begun = begunBy(call, bot, "resize", {
      member: member.value,
      instance,
      input: { size, ...(force ? { force } : {}), ...(running ? { running } : {}) },
    });
    return {
      reply: {
        card: {
          title: `Changing the size to ${size}.`,
          tone: "working",
          text: "How it goes is told in one message, which is edited until it is done.",
        },
      },
      write: {
        partition: key,
        audit: `asked to change the size from ${present} to ${size}`,
        ...begun,
        changes: [...begun.changes, used],
      },
    };
  },
});
