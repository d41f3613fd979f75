import {
  cancelButton,
  deleteDataButton,
  instanceButtons,
  requestButton,
  retryButton,
} from "../../../bot/cards/connect.ts";
import type { Card } from "../../../bot/core/card.ts";
import { newInstance } from "../../../bot/core/instance.ts";
import { asItStands, joined, write } from "../../../bot/core/text.ts";

const instance = newInstance({ subscription: "", resourceGroup: "" }, new Date(0));
const labels = [
  ...instanceButtons(instance),
  retryButton(instance),
  cancelButton(instance),
  cancelButton(instance, "Clear up"),
  deleteDataButton(instance),
  requestButton,
].map(({ label }) => ({ label, spoken: new RegExp(`(?<![\\w-])${label}(?![\\w-])`) }));

/** What a card tells its reader to press or to type, as `Try again` or `/openclaw stop`, and none of its buttons does. */
export function unpressable(card: Card): readonly string[] {
  const words = wordsOf(card);
  const buttons = card.buttons ?? [];
  const typed = [...words.matchAll(/\/openclaw ([a-z-]+)/g)].flatMap(([spoken, command]) =>
    buttons.some(({ line }) => line.command === command) ? [] : [spoken],
  );
  const pressed = labels.flatMap(({ label, spoken }) =>
    spoken.test(words) && !buttons.some((button) => button.label === label) ? [label] : [],
  );
  return [...typed, ...pressed];
}

/** A question is answered by its button, so its title may say the same as another's label. */
const wordsOf = ({ title, text, sections = [], facts = [], footer }: Card): string => {
  const heading = write(title, asItStands);
  const others = [
    text,
    ...sections.map((section) => section.text),
    ...facts.map(([, value]) => value),
    footer,
  ];
  return write(joined([heading.endsWith("?") ? "" : heading, ...others], "\n"), asItStands);
};
