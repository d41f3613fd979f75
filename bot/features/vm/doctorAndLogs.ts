import { begins } from "../../commands/begins.ts";
import { ownCommand } from "../../commands/subjectCommand.ts";
import type { Meanwhile } from "../../commands/underWay.ts";
import type { Bot, Call, Outcome } from "../../core/command.ts";
import { Refusal } from "../../core/errors.ts";
import type { Instance } from "../../core/instance.ts";
import type { Member } from "../../core/member.ts";
import { logKinds, type OperationInput } from "../../core/operation.ts";
import { privateRoutes } from "../../core/platform.ts";
import { quoted } from "../../core/quoted.ts";
import type { Row } from "../../core/store.ts";

/** Only a phase without a VM is in the way: there is none to check yet, or no longer. */
const meanwhile: Meanwhile = {
  isInTheWay: ({ phase }, { withoutVm = [] }) => withoutVm.some((one) => one === phase),
};
const aboutVm = { bound: true, needs: "there", meanwhile } as const;

export const doctor = ownCommand({
  ...aboutVm,
  name: "doctor",
  about: "Check your VM: what works, what does not, and what to do",
  details: "I check your VM, which takes a few seconds. Only you see the answer.",
  options: {},
  run: (own, call, bot) => ask("doctor", {}, "had their VM checked", own, call, bot),
});

export const logs = ownCommand({
  ...aboutVm,
  name: "logs",
  about: "Read a log of your VM, with secrets masked",
  details:
    "gateway is OpenClaw's own log; first-boot shows how the VM was set up. Secrets are masked on the VM before anything leaves it. Only you see the answer.",
  options: {
    kind: { type: "text", about: "Which log; the gateway's if you don't say", choices: logKinds, bare: true },
    page: { type: "text", about: "Which page, counted from the newest", example: "2" },
  },
  check({ options: { page } }) {
    if (page !== undefined && !/^[1-9]\d{0,3}$/.test(page))
      throw new Refusal(`page is a number: 1 is the newest, 2 is older; not ${quoted(page)}.`);
  },
  run(own, call, bot) {
    const { kind = "gateway", page = "1" } = call.options;
    const audit = `read the ${kind} log of their VM`;
    return ask("logs", { log: kind, page: Number(page) }, audit, own, call, bot);
  },
});

/** Runs a script on the VM. Its result replaces the answer, and no one else sees it. */
const ask = (
  name: "doctor" | "logs",
  input: OperationInput,
  audit: string,
  { member, instance }: { readonly member: Row<Member>; readonly instance: Row<Instance> },
  call: Call,
  bot: Bot,
): Outcome =>
  begins(call, bot, name, {
    member: member.value,
    instance,
    routes: privateRoutes,
    input,
    audit,
    changesNothing: true,
  });
