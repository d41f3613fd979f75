import { everybody } from "../../batch/everybody.ts";
import { stateSentence } from "../../cards/instanceFacts.ts";
import { pageOf, pageOption } from "../../cards/paging.ts";
import { type Bot, command, say } from "../../core/command.ts";
import { type Instance, instanceStates, type Person } from "../../core/instance.ts";
import { monthlyPhrase, type Price } from "../../core/price.ts";
import { instant, joined, type Words, words } from "../../core/text.ts";
import { monthly, pricesOf, stateOf, totalPhrase } from "./owners.ts";

/** How many instances fit on one card on every platform. */
const pageSize = 15;

export const instancesList = command({
  name: "instances list",
  about: "Everyone's instance: state, size, price, age",
  audience: "admin",
  options: {
    state: { type: "text", about: "Only instances in this state", choices: instanceStates },
    page: pageOption,
  },
  async run(call, bot) {
    const { state } = call.options;
    // Reading the price now puts it in the cache for later.
    const [people] = await Promise.all([everybody(bot), bot.price(bot.settings.size)]);
    const owners = people.filter((owner) => state === undefined || stateOf(owner) === state);
    const line = { command: "instances list", options: { ...(state === undefined ? {} : { state }) } };
    const page = pageOf(owners, pageSize, call.options.page, line);
    const prices = await pricesOf(page.items, bot);
    const count = owners.filter(({ instance }) => instance?.generation).length;
    return say({
      title: count === 1 ? "One instance" : `${count} instances`,
      tone: "info",
      text: [
        state === undefined ? "" : `Only those that are ${state}.`,
        "As last seen; a member's Status checks Azure.",
        `Together they cost ${await totalPhrase(owners, bot, ({ instance }, price) => monthly(instance, price))}.`,
      ]
        .filter(Boolean)
        .join(" "),
      facts: await Promise.all(
        page.items.map(
          async (owner) => [owner.member.name, await sentenceOf(owner, prices(owner), bot)] as const,
        ),
      ),
      buttons: page.buttons,
      footer: page.footer,
    });
  },
});

async function sentenceOf({ member, instance }: Person, price: Price, bot: Bot): Promise<Words> {
  const left = member.status === "left" ? "left the roster; " : "";
  if (!instance) return "no instance";
  const { generation, homeDisk, seenAt, size } = instance;
  const bornAt = generation === undefined ? undefined : await birthOf(member.key, instance, bot);
  const amount = monthly(instance, price);
  return joined(
    [
      words`${left}${stateSentence(instance)}, seen ${instant(seenAt)}`,
      generation === undefined ? undefined : size,
      generation === undefined && homeDisk ? "home disk kept" : undefined,
      amount > 0 ? monthlyPhrase(amount, { ...price, estimated: false }) : undefined,
      bornAt && words`since ${instant(bornAt)}`,
      instance.operation ? "in progress" : undefined,
    ],
    " · ",
  );
}

/** For an instance that an earlier version built, only the operation of its build knows when. */
const birthOf = async (key: string, { generation = "", bornAt }: Instance, { store }: Bot) =>
  bornAt ?? (await store.get(key, "op", generation))?.value.startedAt;
