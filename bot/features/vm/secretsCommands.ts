import { pageOf, pageOption } from "../../cards/paging.ts";
import { confirmed } from "../../commands/confirmation.ts";
import { isNamed, memberMeant, whom } from "../../commands/whom.ts";
import { command, say } from "../../core/command.ts";
import { AzureFault } from "../../core/errors.ts";
import type { Instance } from "../../core/instance.ts";
import { namesOf, sharedSecret } from "../../core/names.ts";
import { instant, joined, type Words, words } from "../../core/text.ts";
import { allOption, onVm } from "./onVm.ts";
import { meansAll, pushAll } from "./pushAll.ts";

const pageSize = 8;

export const secretsStatus = command({
  name: "secrets status",
  about: "Who has which keys, and since when; never a value",
  details:
    "The names are the keys that each OpenClaw had when I last saw it; the key vault shows when a secret was last changed.",
  audience: "admin",
  slow: true,
  options: { ...whom, page: pageOption },
  async run(call, bot) {
    const changes = await bot.cloud.secrets().catch((error: unknown) => {
      if (error instanceof AzureFault) return undefined;
      throw error;
    });
    const only = isNamed(call.options) ? (await memberMeant(call.options, bot)).member : undefined;
    const members = (await bot.store.members())
      .filter(({ status, key }) => status === "active" && (!only || only.value.key === key))
      .toSorted((a, b) => a.name.localeCompare(b.name));
    const page = pageOf(members, pageSize, call.options.page, { command: "secrets status", options: {} });
    const people = await Promise.all(page.items.map(({ key }) => bot.store.person(key)));
    const changed = (secret: string): Words =>
      changes?.[secret]
        ? words`${secret} changed ${instant(changes[secret])}`
        : `${secret}${changes ? " not set" : ""}`;
    const set = (secret: string) =>
      `az keyvault secret set --vault-name ${bot.settings.vault} --name ${secret} --content-type application/json --file keys.json`;
    return say({
      title: "Who has which keys",
      tone: changes ? "info" : "bad",
      text: changes
        ? "The values are only in the key vault and on the VMs."
        : "I couldn't read the key vault just now, so I can't tell when secrets were changed.",
      facts: [
        ["Everyone", changed(sharedSecret)],
        ...page.items.map(({ name, key }, i) => {
          const keys = keysOf(people[i]?.instance?.value);
          return [name, words`${keys}; ${changed(namesOf(key).secret)}`] as const;
        }),
      ],
      sections: [
        {
          text: 'Keys for everyone: keys.json is an object such as {"ANTHROPIC_API_KEY":"…"} and replaces all earlier keys. Then push them.',
          code: set(sharedSecret),
        },
        {
          text: only
            ? `Keys for ${only.value.name} only: the same, with the name of their secret.`
            : "Keys for one member: the same, with the name of their secret, shown above.",
          code: set(only ? namesOf(only.value.key).secret : "openclaw-KEY"),
        },
        {
          text: "Or the member sets a key on their VM, where they enter the value.",
          code: "openclaw-key set NAME",
        },
      ],
      buttons: page.buttons,
      footer: page.footer,
    });
  },
});

function keysOf(instance: Instance | undefined): Words {
  if (!instance?.keys) return "not seen yet";
  const keys = Object.entries(instance.keys);
  if (keys.length === 0) return "no keys";
  return joined(
    keys.map(([name, at]) => words`${name} since ${instant(at)}`),
    ", ",
  );
}

export const secretsPush = command({
  name: "secrets push",
  about: "Have one OpenClaw, or all that run, reload the keys without a restart",
  audience: "admin",
  options: { ...whom, all: allOption, confirmed },
  async run(call, bot) {
    if (meansAll(call.options))
      return pushAll(call, bot, call.options.confirmed, {
        what: "Push the keys",
        operation: "reload",
        command: "secrets push",
        others: "Stopped ones read them at their next start.",
      });
    return onVm(call, bot, call.options, { operation: "reload", audit: "asked to push the secrets" });
  },
});
