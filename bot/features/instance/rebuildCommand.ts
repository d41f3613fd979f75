import { command, say } from "../../core/command.ts";
import { isRunning } from "../../core/instance.ts";
import { namesOf } from "../../core/names.ts";
import { forceOption } from "../../core/options.ts";
import { pricePhrase } from "../../core/price.ts";
import { begunBy } from "../../engine/begunBy.ts";
import { askFirst, confirmed, useUp } from "../../engine/confirmation.ts";
import { callerOf, instanceOf, underWay } from "../../engine/underWay.ts";

export const rebuild = command({
  name: "rebuild",
  about: "A new VM from today's image, with the same home disk",
  audience: "member",
  bound: true,
  options: {
    force: forceOption,
    confirmed,
  },
  async run(call, bot) {
    const member = callerOf(call);
    const busy = await underWay(member.value, call.instance?.value, bot);
    if (busy) return say(busy);
    const instance = instanceOf(call);
    const { force } = call.options;
    const size = instance.value.size ?? bot.settings.size;
    const { key } = member.value;
    if (call.options.confirmed === undefined) {
      const options: Record<string, string> = force ? { force: "true" } : {};
      const line = { command: "rebuild", options, generation: instance.value.generation };
      return askFirst(call, bot, key, "Yes, rebuild it", line, {
        title: `Rebuild ${namesOf(key).vm}?`,
        tone: "bad",
        facts: [
          ["Goes", "the VM with its system disk and what was installed there, its address, open access"],
          ["Stays", "your home disk with all your data; your identity and your keys"],
        ],
        text: `It takes some minutes, and you get a new address. It costs ${pricePhrase(await bot.price(size))}, as before.${force ? " Whatever the agent is doing is cut off." : ""}${isRunning(instance.value) ? "" : " It runs afterwards."}`,
      });
    }
    const used = await useUp(call, bot, key, call.options.confirmed);
    const begun = begunBy(call, bot, "rebuild", {
      member: member.value,
      instance,
      input: { size, ...(force ? { force } : {}) },
    });
    return {
      reply: {
        card: {
          title: "Rebuilding your OpenClaw.",
          tone: "working",
          text: "How it goes is told in one message, which is edited until it is done.",
        },
      },
      write: {
        partition: key,
        audit: "asked to rebuild their instance",
        ...begun,
        changes: [...begun.changes, used],
      },
    };
  },
});
