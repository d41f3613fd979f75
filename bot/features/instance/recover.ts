import { clearUpButton, requestButton, statusButton } from "../../cards/instanceButtons.ts";
import { begins } from "../../commands/begins.ts";
import { sizeOnOffer } from "../../commands/sizeProblem.ts";
import { ownCommand } from "../../commands/subjectCommand.ts";
import { callerOf, holding, underWay } from "../../commands/underWay.ts";
import { type Bot, type Call, command, type Outcome, say } from "../../core/command.ts";
import { Refusal } from "../../core/errors.ts";
import type { Instance } from "../../core/instance.ts";
import type { OperationRecord } from "../../core/operation.ts";
import type { Row } from "../../core/store.ts";
import { rebuild } from "./rebuildCommand.ts";
import { deploying } from "./requestCommand.ts";
import { resize } from "./resizeCommand.ts";
import { tearDown, teardown } from "./teardownCommand.ts";

export const cancel = command({
  name: "cancel",
  about: "Cancel a build that is in progress, or clear up one that failed",
  audience: "member",
  bound: true,
  options: {},
  async run(call, bot) {
    const member = callerOf(call);
    const { instance } = call;
    if (!instance) throw new Refusal("There is nothing to cancel.");
    if (!instance.value.operation) {
      if (instance.value.state !== "broken" || !instance.value.generation)
        throw new Refusal("There is nothing to cancel.");
      return tearDown(call, bot, member, instance, { homeDisk: "keep" }, []);
    }
    const operation = await holding(member.value, instance.value, bot);
    if (operation?.value.name !== "request") {
      const busy = await underWay(member.value, instance.value, bot);
      throw new Refusal(
        `${busy?.title ?? "Something else is in progress"}, and that can't be cancelled. It finishes by itself.`,
      );
    }
    if (operation.value.cancelledAt) return say({ title: "It is already being cancelled.", tone: "working" });
    return cancelled(bot, member.value.key, operation);
  },
});

function cancelled(bot: Bot, key: string, operation: Row<OperationRecord>): Outcome {
  const now = bot.now.toISOString();
  return {
    reply: {
      card: {
        title: "Cancelling the build.",
        tone: "working",
        text: "I'll delete what it created, except a home disk that was on a VM. The progress message shows when that is finished and what is left.",
      },
    },
    write: {
      partition: key,
      audit: "asked to cancel the build",
      changes: [
        {
          kind: "op",
          id: operation.value.id,
          value: { ...operation.value, cancelledAt: now, nextLookAt: now },
          etag: operation.etag,
        },
      ],
      again: { message: { kind: "operation", partition: key, id: operation.value.id }, inSeconds: 0 },
    },
  };
}

export const retry = ownCommand({
  name: "retry",
  about: "Retry what failed last",
  bound: true,
  options: {
    of: { type: "text", about: "What failed", hidden: true },
  },
  needs: "any",
  async run({ member }, call, bot) {
    const last = call.instance?.value.last;
    const { of } = call.options;
    if (of !== undefined && of !== last?.operation) {
      const earlier = await bot.store.get(member.value.key, "op", of);
      throw new Refusal(
        `That was about an earlier ${earlier?.value.name ?? "operation"}. Nothing was changed. Check the status.`,
        [statusButton(call.instance?.value)],
      );
    }
    const operation = last && (await bot.store.get(member.value.key, "op", last.operation));
    if (!call.instance || !operation || !unfinished.includes(operation.value.status))
      throw new Refusal("Nothing failed, so there is nothing to try again.");
    // An operation for a leaver, such as giving their disk away, is only for admins to start.
    if (operation.value.startedAt < member.value.addedAt)
      throw new Refusal(
        `This ${operation.value.name} was started while you were off the roster, so there is nothing for you to retry. What is left of your instance is yours: Status shows it.`,
        [statusButton(call.instance.value)],
      );
    const again = asking(call, bot, operation.value, call.instance.value);
    if (again) return again;
    const { input } = operation.value;
    if (operation.value.name === "request" && input.size)
      sizeOnOffer(input.size, bot, noLongerOffered(input.size, call.instance.value));
    // The size is already changed; only the start failed.
    const name = operation.value.name === "resize" ? "start" : operation.value.name;
    return begins(call, bot, name, {
      member: member.value,
      instance: call.instance,
      input,
      instancePatch: (id) => (name === "request" ? deploying(id, input.size, bot) : {}),
      say: {
        title: `Trying again: ${name}.`,
        tone: "working",
        text: "I'll post a new message and keep it updated until this is finished.",
      },
      audit: `asked to try again: ${name}`,
    });
  },
});

/** Offers Clear up only where the build left something. */
const noLongerOffered = (size: string, instance: Instance) => (): Refusal =>
  instance.generation === undefined
    ? new Refusal(`Your admins no longer offer ${size}. Ask for another size.`, [requestButton])
    : new Refusal(
        `Your admins no longer offer ${size}. Press Clear up to delete what is left, then ask for another size.`,
        [clearUpButton(instance)],
      );

/** What deletes or stops something asks for confirmation again, as it did the first time. */
function asking(
  call: Call,
  bot: Bot,
  { name, input }: OperationRecord,
  instance: Instance,
): Outcome | Promise<Outcome> | undefined {
  const force = input.force ?? false;
  const anew = { ...call, line: { command: name, options: {}, generation: instance.generation } };
  switch (name) {
    case "request":
      // The VM came up after all, and may be in use by now.
      return isWhole(instance) ? rebuild.run({ ...anew, options: { force } }, bot) : undefined;
    case "rebuild":
      return rebuild.run({ ...anew, options: { force } }, bot);
    case "resize":
      return input.size === undefined || input.size === instance.size
        ? undefined
        : resize.run({ ...anew, options: { size: input.size, force, running: false } }, bot);
    case "teardown":
      // A half-built instance holds no one's data.
      if (input.homeDisk === "keep" && !isWhole(instance)) return undefined;
      return teardown.run(
        {
          ...anew,
          options: {
            "no-backup": input.homeDisk === "erase",
            name: undefined,
            force,
          },
        },
        bot,
      );
    default:
      return undefined;
  }
}

/** Whether a VM is or may soon be in use, as opposed to one that is half built or half deleted. */
const isWhole = ({ state }: Instance): boolean => state !== "broken" && state !== "absent";

/** Includes what an admin ended because it was stuck. */
const unfinished: readonly OperationRecord["status"][] = ["failed", "superseded"];
