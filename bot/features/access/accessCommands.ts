import { closeButton } from "../../cards/instanceButtons.ts";
import { begins } from "../../commands/begins.ts";
import { confirmed, useUp } from "../../commands/confirmation.ts";
import { callerOf, instanceOf, type Meanwhile, underWay, wholeInstanceOf } from "../../commands/underWay.ts";
import type { Card, Form } from "../../core/card.ts";
import { hourMs } from "../../core/clock.ts";
import { type Bot, type Call, command, type Outcome, say } from "../../core/command.ts";
import { Refusal } from "../../core/errors.ts";
import { type Access, type Instance, isOpenToAll } from "../../core/instance.ts";
import { type OperationName, openNow } from "../../core/operation.ts";
import { answerRoutes } from "../../core/platform.ts";
import type { Change, Row } from "../../core/store.ts";
import { instant, words } from "../../core/text.ts";
import { linkCard, spentLinkCard, typeAddressButton } from "./accessCard.ts";
import { publicAddress } from "./ipv4.ts";
import { linkIdBytes, linkMinutes, mostLinks, newLink, recentLinks } from "./link.ts";
import { opened } from "./opened.ts";

const onTheWayUp: readonly OperationName[] = ["connect", "start", "restart"];
/** Members can open access while they wait for their VM. */
const meanwhile: Meanwhile = { isInTheWay: ({ name }) => !onTheWayUp.includes(name) };

export const openAccess = command({
  name: "open-access",
  about: "Open SSH for your own IPv4 address for a while",
  details:
    "Until you do, nobody can reach your VM. SSH closes by itself after a while, and when the VM is stopped. Your address is the one the internet sees: behind a VPN or a proxy, it is theirs.",
  audience: "member",
  bound: true,
  options: {
    address: {
      type: "text",
      about: "Your public IPv4 address; without it, you get a link that finds it",
      example: "203.0.113.7",
      bare: true,
    },
    typed: { type: "flag", about: "Asks for the address in a form", hidden: true },
    confirmed,
  },
  opensForm: ({ typed }) => typed,
  async run(call, bot) {
    if (call.options.typed) return { reply: { form: addressForm(call) } };
    if (call.options.address === undefined) return giveLink(call, bot);
    const asked = publicAddress(call.options.address);
    const instance = instanceOf(call);
    const wanted = new Date(bot.now.getTime() + bot.settings.accessHours * hourMs);
    const { address, until, access, others } = opened(openNow(instance.value, bot.now), asked, wanted);
    const { mostAddresses } = bot.settings;
    if (others >= mostAddresses)
      throw new Refusal(
        mostAddresses === 1
          ? "Another address is already open. Close it first with /openclaw close-access."
          : `${others} addresses are already open, and the limit is ${mostAddresses}. Close them first with /openclaw close-access.`,
        [closeButton(instance.value)],
      );
    const member = callerOf(call).value;
    const asking = { ...call.line, options: {} };
    const { confirmed: confirmation } = call.options;
    const used = confirmation === undefined ? [] : [await useUp(call, bot, member.key, confirmation, asking)];
    const busy = await underWay(member, instance.value, bot, meanwhile);
    if (busy) return say(busy);
    const opening: Card = {
      title: `Opening SSH for ${address}`,
      tone: "working",
      text: words`${address === asked ? "" : `It includes ${asked}. `}Until ${instant(until)}; then it closes by itself, or sooner when the VM is stopped.`,
    };
    return change(call, bot, wholeInstanceOf(call), access, address, opening, used);
  },
});

export const closeAccess = command({
  name: "close-access",
  about: "Close SSH at once",
  audience: "member",
  bound: true,
  options: {},
  async run(call, bot) {
    // Closing never waits for another operation.
    return change(call, bot, instanceOf(call), [], undefined, {
      title: "Closing SSH",
      tone: "working",
      text: "Open sessions are ended too, if the VM is running.",
    });
  },
});

/** Puts on record what has to be open; the operation makes the network rule match. */
function change(
  call: Call,
  bot: Bot,
  instance: Row<Instance>,
  access: readonly Access[],
  address: string | undefined,
  card: Card,
  changes: readonly Change[] = [],
): Outcome {
  const member = callerOf(call);
  refuseWhereOpen(instance.value, bot);
  // The rule may have been changed in Azure, so it is checked anyway, but by one operation at a time.
  const isSo = changes.length === 0 && isSame(access, instance.value.access);
  if (isSo && isAdjusted(instance.value, bot.now)) return say({ ...card, text: joins, unchanged: true });
  const isIt = (open: Access) => open.address === address;
  const by = new Date(bot.now.getTime() + bot.operations.access.deadlineSeconds * 1000);
  return begins(call, bot, "access", {
    member: member.value,
    instance,
    routes: answerRoutes,
    input: { address, wasOpen: openNow(instance.value, bot.now).some(isIt) || undefined },
    instancePatch: (operation) => ({ access, adjusting: { operation, until: by.toISOString() } }),
    say: card,
    audit: address ? `asked to open SSH for ${address}` : "asked to close SSH",
    changesNothing: isSo || undefined,
    changes,
  });
}

const joins = "This is already in progress. The answer to your earlier command shows when it is finished.";

const isSame = (a: readonly Access[], b: readonly Access[]): boolean =>
  a.length === b.length &&
  a.every(({ address, until }, i) => address === b[i]?.address && until === b[i].until);

const isAdjusted = ({ adjusting }: Instance, now: Date): boolean =>
  adjusting !== undefined && Date.parse(adjusting.until) > now.getTime();

function refuseWhereOpen(instance: Instance, bot: Bot): void {
  if (isOpenToAll(instance, bot.settings))
    throw new Refusal(
      "SSH is open for any address here. Your admins chose this, so there is nothing to open or close.",
    );
}

const addressForm = ({ line }: Call): Form => ({
  title: "Open access",
  line: { ...line, options: {} },
  fields: [{ name: "address", label: "Your public IPv4 address", placeholder: "203.0.113.7" }],
});

/** Answers with a link that finds the member's address and lets the bot ask about it. It is shown once and stored nowhere. */
async function giveLink(call: Call, bot: Bot): Promise<Outcome> {
  const member = callerOf(call).value;
  const busy = await underWay(member, call.instance?.value, bot, meanwhile);
  if (busy) return say(busy);
  const instance = wholeInstanceOf(call).value;
  refuseWhereOpen(instance, bot);
  const { generation } = instance;
  const row = await bot.store.get(member.key, "accessLinks", "");
  const recent = recentLinks(row?.value, bot.now);
  if (recent.length >= mostLinks)
    throw new Refusal(
      `You got ${mostLinks} links in the last ${linkMinutes} minutes. Wait a little, or press Type an address.`,
      [typeAddressButton(generation)],
    );
  const { account, replyTo } = call;
  const { link, token } = newLink(
    member.key,
    bot.randomBytes(linkIdBytes),
    { account, replyTo, generation },
    bot.now,
  );
  return {
    reply: {
      card: linkCard(`${bot.settings.publicUrl}/api/access/${token}`, generation),
      kept: spentLinkCard(generation),
    },
    write: {
      partition: member.key,
      audit: "asked for a link to open SSH with",
      changes: [{ kind: "accessLinks", id: "", value: { given: [...recent, link] }, etag: row?.etag }],
    },
  };
}
