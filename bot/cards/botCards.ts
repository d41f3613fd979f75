import type { Card } from "../core/card.ts";
import type { CloudPlace } from "../core/cloud.ts";
import type { DeliveryRefused } from "../core/errors.ts";
import { namesOf } from "../core/names.ts";
import type { Route } from "../core/platform.ts";
import type { Delivery } from "../core/records.ts";
import { instant, joined, type Words, words } from "../core/text.ts";

/* Cards for admins about the bot itself and what hinders it. */

/** What a card says first. */
export const headline = ({ title, text = "" }: Card): Words => (title.length > 0 ? title : text);

/** A message that failed five times. */
export const poisonCard = (message: string): Card => ({
  title: "One of my steps failed five times",
  tone: "bad",
  text: "I'll try it again every minute. My log shows why it fails.",
  footer: message.slice(0, 200),
});

export const unwellCard = (platform: string, why: string): Card => ({
  title: `${titled(platform)} isn't accepting my messages`,
  tone: "bad",
  text: `${why}. I keep messages for it and send them within two minutes once this is fixed. After a day I give up on a message.`,
});

export const lateCard = (platform: string, why: string): Card => ({
  title: `Messages in ${titled(platform)} are late`,
  tone: "bad",
  text: `They have been waiting for more than ten minutes: ${why}. I keep trying for a day.`,
});

export const wellCard = (platform: string, since: string): Card => ({
  title: `${titled(platform)} accepts messages again`,
  tone: "good",
  text: words`I'm now sending what has been waiting since ${instant(since)}.`,
});

/** For the admins: a VM has nearly as many run commands as Azure keeps. */
export function crowdedCard(key: string, { resourceGroup }: CloudPlace, count: number): Card {
  const { vm } = namesOf(key);
  return {
    title: `${vm} has ${count} of the 25 run commands that Azure allows`,
    tone: "bad",
    text: "I delete mine when they finish. At 25, Azure refuses new ones, and then I can't check this VM. Delete those that nobody needs.",
    sections: [
      {
        text: "List them:",
        code: `az vm run-command list -g ${resourceGroup} --vm-name ${vm} --query "[].name"`,
      },
      {
        text: "Delete one:",
        code: `az vm run-command delete -g ${resourceGroup} --vm-name ${vm} --run-command-name NAME`,
      },
    ],
  };
}

/** The word with its first letter capitalized. */
export const titled = (word: string): string => `${word.charAt(0).toUpperCase()}${word.slice(1)}`;

/** For the admins: a message was given up. */
export const givenUpCard = ({ to, card }: Delivery, { message }: DeliveryRefused): Card => ({
  title: "A message could not be delivered within a day",
  tone: "bad",
  facts: [
    ["For", `${to.account} in ${to.platform}`],
    ["Message", headline(card)],
    ["Why", message],
  ],
});

/** Marks a card that goes to the admins because its recipient can't be reached, and drops the recipient's buttons. */
export function addressed(card: Card, { to }: Delivery, route: Route): Card {
  if (route !== "admins" || to.account === "") return card;
  return {
    ...card,
    title: words`Couldn't reach the recipient: ${headline(card)}`,
    buttons: [],
    footer: [card.footer, `for ${to.account}`].filter(Boolean).join(" · "),
  };
}

/** For the admins: a message for someone who has no account in chat. */
export const unreachedCard = (name: string, { title, text, facts }: Card): Card => ({
  title: `I can't reach ${name}, who has no account in chat`,
  tone: "bad",
  text: joined([joined(["I'd tell them: ", title], ""), text], "\n\n"),
  facts,
  footer: "Link an account to them with /openclaw-admin roster link.",
});
