import { answerRoutes, begin } from "../core/begin.ts";
import { moment } from "../core/card.ts";
import { buttonsTo, openNow } from "../core/cards/connect.ts";
import { type Bot, type Call, command, type Outcome, say } from "../core/command.ts";
import { Refusal } from "../core/errors.ts";
import type { Access } from "../core/instance.ts";
import { publicAddress } from "../core/ipv4.ts";
import type { OperationName } from "../core/operation.ts";
import { callerOf, instanceOf, underWay } from "./underWay.ts";

/** What does not stand in the way of opening: whoever waits for their VM can do this meanwhile. */
const onTheWayUp: readonly OperationName[] = ["connect", "start", "restart"];

/** As many addresses as one person plausibly has at a time. */
const most = 5;

export const openAccess = command({
  name: "open-access",
  about: "Open SSH for your own IPv4 address for a while",
  details:
    "Until then nobody can reach your VM. It closes by itself, and when the VM is stopped. Your address is the one that the internet sees: behind a VPN or a proxy it is theirs.",
  audience: "member",
  bound: true,
  options: {
    address: { type: "text", about: "Your public IPv4 address", example: "203.0.113.7", required: true },
  },
  async run(call, bot) {
    const address = publicAddress(call.options.address);
    const until = new Date(bot.now.getTime() + bot.settings.accessHours * 3600_000);
    const instance = instanceOf(call);
    const others = openNow(instance.value, bot.now).filter((open) => open.address !== address);
    if (others.length >= most)
      throw new Refusal(
        `${most} addresses are open already. Close them first with /openclaw close-access.`,
        buttonsTo(instance.value, "close-access"),
      );
    return change(call, bot, [...others, { address, until: until.toISOString() }], address, {
      title: `Opening SSH for ${address}`,
      tone: "working",
      text: `Until ${moment(until)}. It closes by itself then, and when the VM is stopped.`,
    });
  },
});

export const closeAccess = command({
  name: "close-access",
  about: "Close SSH at once",
  audience: "member",
  bound: true,
  options: {},
  async run(call, bot) {
    return change(call, bot, [], undefined, {
      title: "Closing SSH",
      tone: "working",
      text: "Sessions that are open are ended too, if the VM runs.",
    });
  },
});

/** Writes down what shall be open; the operation makes the network rule say so. */
async function change(
  call: Call,
  bot: Bot,
  access: readonly Access[],
  address: string | undefined,
  card: Parameters<typeof say>[0],
): Promise<Outcome> {
  const member = callerOf(call);
  const busy = await underWay(member.value, call.instance?.value, bot, address ? onTheWayUp : []);
  if (busy) return say(busy);
  const instance = instanceOf(call);
  if (bot.settings.networkPolicy === "open")
    throw new Refusal(
      "SSH is open for any address here: your admins have chosen so. There is nothing to open or close.",
    );
  const begun = begin({
    operation: bot.operations.access,
    cause: call.id,
    member: member.value,
    instance,
    by: call.account,
    replyTo: call.replyTo,
    routes: answerRoutes,
    input: { address },
    now: bot.now,
    settings: bot.settings,
    instancePatch: () => ({ access }),
  });
  const ends = access.map((open) => ({
    at: new Date(open.until),
    message: { kind: "access", member: member.value.key, id: `${Date.parse(open.until)}` } as const,
  }));
  return {
    reply: { card },
    write: {
      partition: member.value.key,
      audit: address ? `opened SSH for ${address}` : "closed SSH",
      ...begun,
      due: [...begun.due, ...ends],
    },
  };
}
