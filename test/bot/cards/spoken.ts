import { instanceButtons, retryButton } from "../../../bot/cards/instanceButtons.ts";
import type { Card } from "../../../bot/core/card.ts";
import { instanceStates, newInstance } from "../../../bot/core/instance.ts";
import { operationNames } from "../../../bot/core/operation.ts";
import { asItStands, joined, write } from "../../../bot/core/text.ts";

const now = new Date(0);
const disk = { sizeGb: 30, sku: "StandardSSD_LRS" };
const instance = { ...newInstance({ subscription: "", resourceGroup: "" }, now), homeDisk: disk };
const open = [{ address: "203.0.113.7", until: new Date(1000).toISOString() }];
const gone = { code: "Vanished", detail: "", correlation: "c" };
const shown = {
  now,
  settings: { networkPolicy: "locked" },
  operation: { id: "op", name: "request" },
} as const;
const offered = instanceStates.flatMap((state) =>
  [{}, { access: open }, { fault: gone }].flatMap((more) =>
    instanceButtons({ ...instance, state, ...more }, shown),
  ),
);
const labels = [
  ...new Map(offered.map((button) => [button.label, button])).values(),
  ...operationNames.map((name) => retryButton(instance, { id: "op", name })),
].map(({ label }) => ({ label, spoken: new RegExp(`(?<![\\w-])${label}(?![\\w-])`) }));

const isAsked = (heading: string): boolean =>
  heading.endsWith("?") || labels.some(({ label }) => label === heading);

/** What a card tells its reader to press or to type, as `Open access` or `/openclaw stop`, and none of its buttons does. */
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

/** A question is answered by its button, so its title may say the same as another's label; one that is a label asks for nothing. */
const wordsOf = ({ title, text, sections = [], facts = [], footer }: Card): string => {
  const heading = write(title, asItStands);
  const others = [
    text,
    ...sections.map((section) => section.text),
    ...facts.map(([, value]) => value),
    footer,
  ];
  return write(joined([isAsked(heading) ? "" : heading, ...others], "\n"), asItStands);
};
