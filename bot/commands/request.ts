import { begin } from "../core/begin.ts";
import { buttonsTo, cancelButton, retryButton } from "../core/cards/connect.ts";
import { command, say } from "../core/command.ts";
import { Refusal } from "../core/errors.ts";
import { pricePhrase } from "../core/price.ts";
import { callerOf, underWay } from "./underWay.ts";

export const request = command({
  name: "request",
  about: "Get your own OpenClaw on your own VM",
  audience: "member",
  options: {},
  async run(call, bot) {
    const member = callerOf(call);
    const busy = await underWay(member.value, call.instance?.value, bot);
    if (busy) return say(busy);
    const instance = call.instance?.value;
    if (instance?.generation)
      throw instance.state === "broken"
        ? new Refusal(
            "Your last build was not finished. Try again builds it anew; Clear up deletes what is left.",
            [retryButton(instance), cancelButton(instance, "Clear up")],
          )
        : new Refusal(
            "You have an instance already. Status shows it, Connect tells how to get in.",
            buttonsTo(instance, "connect", "status"),
          );
    const size = member.value.size ?? bot.settings.size;
    const price = await bot.price(size);
    const begun = begin({
      operation: bot.operations.request,
      cause: call.id,
      member: member.value,
      instance: call.instance,
      by: call.account,
      replyTo: call.replyTo,
      input: { size },
      now: bot.now,
      settings: bot.settings,
      instancePatch: (operation) => ({
        state: "deploying",
        seenAt: bot.now.toISOString(),
        generation: operation,
        size,
        fault: undefined,
      }),
    });
    const disk = instance?.homeDisk ? " Your home disk comes back with it." : "";
    return {
      reply: {
        card: {
          title: "Building your OpenClaw",
          tone: "working",
          text: `It costs ${pricePhrase(price)}.${disk}\n\nA direct message shows how it goes and, at the end, how to get in.`,
        },
      },
      write: { partition: member.value.key, audit: "requested an instance", ...begun },
    };
  },
});
