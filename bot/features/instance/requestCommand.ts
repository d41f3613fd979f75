import { connectButton, deleteDataButton, statusButton } from "../../cards/instanceButtons.ts";
import { begins } from "../../commands/begins.ts";
import { sizeOnOffer } from "../../commands/sizeProblem.ts";
import { ownCommand } from "../../commands/subjectCommand.ts";
import { broken } from "../../commands/underWay.ts";
import type { Bot, Call, Outcome } from "../../core/command.ts";
import { Refusal } from "../../core/errors.ts";
import type { Instance } from "../../core/instance.ts";
import type { Member } from "../../core/member.ts";
import type { OperationInput } from "../../core/operation.ts";
import { pricePhrase } from "../../core/price.ts";
import type { Row } from "../../core/store.ts";
import { instant, type Words, words } from "../../core/text.ts";
import { sizeChoices } from "./sizeChoices.ts";

export const request = ownCommand({
  name: "request",
  about: "Get your own OpenClaw on your own VM",
  details:
    "It takes a few minutes. I'll post one message, keep it updated and end it with how to connect. A home disk that was kept comes back.",
  options: {
    size: {
      type: "text",
      about: "One of the sizes on offer",
      example: "Standard_B2als_v2",
      suggests: sizeChoices,
    },
    fresh: { type: "flag", about: "Start with an empty home disk, even if there is a backup" },
  },
  needs: "any",
  check(call, bot) {
    wantedSize(call.options.size, bot);
  },
  run({ member, instance: row }, call, bot) {
    const size = wantedSize(call.options.size, bot) ?? member.value.size ?? bot.settings.size;
    const instance = row?.value;
    if (instance?.generation)
      throw instance.state === "broken"
        ? broken(instance)
        : new Refusal("You already have an instance. Press Status to see it, or How to connect to sign in.", [
            connectButton(instance),
            statusButton(instance),
          ]);
    const { fresh } = call.options;
    if (fresh && instance?.homeDisk)
      throw new Refusal(
        "Your home disk was kept, and a new instance uses it. For an empty one, press Delete all my data first.",
        [deleteDataButton(instance)],
      );
    return build(call, bot, member, { size, ...(fresh ? { fresh } : {}) }, diskSentence(instance, fresh));
  },
});

/** Undefined: none was named. @throws Refusal */
const wantedSize = (said: string | undefined, bot: Bot): string | undefined =>
  said === undefined ? undefined : sizeOnOffer(said, bot);

function diskSentence(instance: Instance | undefined, fresh: boolean): Words {
  if (fresh) return " It starts with an empty home disk; your backups stay as they are.";
  if (instance?.homeDisk) return " Your home disk comes back with it.";
  if (!instance?.backup) return "";
  return words` Your home disk comes back with it, from the snapshot of ${instant(instance.backup.createdAt)}.`;
}

/** Starts the build of a member's instance. `about`: what happens to the home disk, with a leading space. */
export async function build(
  call: Call,
  bot: Bot,
  member: Row<Member>,
  input: Pick<OperationInput, "size" | "fresh" | "snapshot">,
  about: Words,
): Promise<Outcome> {
  const size = input.size ?? member.value.size ?? bot.settings.size;
  const price = await bot.price(size);
  return begins(call, bot, "request", {
    member: member.value,
    instance: call.instance,
    input: { ...input, size },
    instancePatch: (generation) => deploying(generation, size, bot),
    say: {
      title: "Building your OpenClaw",
      tone: "working",
      text: words`It costs ${pricePhrase(price)}.${about}\n\nI'll send you a direct message, keep it updated and end it with how to connect.`,
    },
    audit: input.snapshot
      ? `requested an instance with the home disk from ${input.snapshot}`
      : "requested an instance",
  });
}

/** An instance as its build starts. */
export const deploying = (generation: string, size: string | undefined, bot: Bot): Partial<Instance> => ({
  state: "deploying",
  seenAt: bot.now.toISOString(),
  generation,
  bornAt: bot.now.toISOString(),
  size,
  // Those of an earlier VM no longer apply.
  networkPolicy: undefined,
  configured: undefined,
  backedUpAt: undefined,
  fault: undefined,
});
