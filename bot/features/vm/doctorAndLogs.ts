import { begins } from "../../commands/begins.ts";
import { callerOf, holding, instanceOf, underWay } from "../../commands/underWay.ts";
import type { Card } from "../../core/card.ts";
import { type Bot, type Call, command, type Outcome, say } from "../../core/command.ts";
import { Refusal } from "../../core/errors.ts";
import { logKinds, type OperationInput } from "../../core/operation.ts";
import { quoted } from "../../core/quoted.ts";
import { privateRoutes } from "../../core/routes.ts";

export const doctor = command({
  name: "doctor",
  about: "Check your VM: what works, what does not, and what to do",
  details: "The VM is asked, which takes some seconds. Only you see the answer.",
  audience: "member",
  bound: true,
  options: {},
  run: (call, bot) => ask("doctor", {}, "had their VM checked", call, bot),
});

export const logs = command({
  name: "logs",
  about: "Read a log of your VM, with secrets masked",
  details:
    "gateway is what OpenClaw itself has to say; first-boot tells how the VM was set up. Secrets are masked on the VM, before anything leaves it. Only you see the answer.",
  audience: "member",
  bound: true,
  options: {
    kind: { type: "text", about: "Which log; the gateway's if you don't say", choices: logKinds, bare: true },
    page: { type: "text", about: "Which page, counted from the newest", example: "2" },
  },
  run: async (call, bot) => {
    const { kind = "gateway", page = "1" } = call.options;
    if (!/^[1-9]\d{0,3}$/.test(page))
      throw new Refusal(`page is a number: 1 is the newest, 2 is older; not ${quoted(page)}.`);
    return ask("logs", { log: kind, page: Number(page) }, `read the ${kind} log of their VM`, call, bot);
  },
});

const progress: Card = { title: "Asking your VM.", tone: "working" };

/** What an operation does while there is no VM. */
const withoutVm = ["identity", "deploying", "deleting", "cancelling"];

/** Has the VM asked; what it says takes the place of the answer, and nobody else gets it. */
async function ask(
  name: "doctor" | "logs",
  input: OperationInput,
  audit: string,
  call: Call,
  bot: Bot,
): Promise<Outcome> {
  const member = callerOf(call);
  const operation = call.instance && (await holding(member.value, call.instance.value, bot));
  // There is nothing yet, or no more, that could be asked.
  if (operation && withoutVm.includes(operation.value.phase))
    return say((await underWay(member.value, call.instance?.value, bot)) ?? progress);
  return begins(call, bot, name, {
    member: member.value,
    instance: instanceOf(call),
    routes: privateRoutes,
    looks: true,
    input,
    audit,
    changesNothing: true,
  });
}
