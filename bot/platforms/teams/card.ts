import {
  type Card,
  type Choice,
  type CommandLine,
  encodeLine,
  type Form,
  type FormField,
} from "../../core/card.ts";
import { asItStands, clip, filled, isBlank, joined, wellFormed, write } from "../../core/text.ts";
import { bare, markdown } from "./markdown.ts";

type Element = Readonly<Record<string, unknown>>;

/** Version 1.5 is the newest that every Teams client shows ("Cards reference", 2026-01). */
export interface AdaptiveCard {
  readonly type: "AdaptiveCard";
  readonly $schema: string;
  readonly version: "1.5";
  readonly body: readonly Element[];
  readonly actions?: readonly Element[];
  /** For clients that can't show cards. */
  readonly fallbackText: string;
  readonly msteams: { readonly width: "Full" };
}

/** Teams accepts 28 KB for a whole message ("Format your bot messages", 2026-01); some of that is for what surrounds the card. In bytes. */
const largest = 25_000;
/** Further buttons are behind three dots. */
const shownButtons = 6;
/** In characters or pieces. All of them shrink together until the card fits. */
const limits = {
  title: 500,
  text: 4096,
  facts: 60,
  fact: 1024,
  sections: 40,
  section: 2048,
  code: 4096,
  footer: 2048,
};

const colours = { info: "Default", working: "Accent", good: "Good", bad: "Attention" } as const;

/** A card as an Adaptive Card. What is too long is cut with an ellipsis; a command meant to be copied is left out as a whole. */
export function cardFrom(card: Card): AdaptiveCard {
  for (let share = 1; ; share /= 2) {
    const made = adaptive(summaryOf(card), bodyFrom(card, share), actionsFrom(card, share));
    if (Buffer.byteLength(JSON.stringify(made)) <= largest) return made;
  }
}

/** A card that asks for something, with one button to send it. */
export const formFrom = ({ title, line, fields }: Form): AdaptiveCard =>
  adaptive(
    wellFormed(title),
    [
      heading(filled(title, limits.title, markdown), "Default"),
      ...fields.map((field) => ({
        type: field.choices?.length ? "Input.ChoiceSet" : "Input.Text",
        id: field.name,
        label: filled(field.label, 200, asItStands),
        isRequired: true,
        errorMessage: "This is required.",
        ...(field.choices?.length ? choicesFrom(field.choices) : textFrom(field)),
        ...(field.placeholder ? { placeholder: clip(field.placeholder, 100, asItStands) } : {}),
      })),
    ],
    [action("Send", line, "positive", { fields: fields.map(({ name }) => name) })],
  );

const textFrom = ({ long }: FormField): Element =>
  long ? { isMultiline: true, maxLength: 10_000 } : { maxLength: 400 };

/** Typing filters the choices; the person has to pick one. */
const choicesFrom = (choices: readonly Choice[]): Element => ({
  style: "filtered",
  choices: choices.map(({ name, value }) => ({ title: filled(name, 200, asItStands), value })),
});

/** A card in one or two sentences, for notifications and places that can't show cards. */
export const summaryOf = ({ title, text }: Card): string => clip(joined([title, text], "\n\n"), 500, bare);

const adaptive = (
  fallbackText: string,
  body: readonly Element[],
  actions: readonly Element[],
): AdaptiveCard => ({
  type: "AdaptiveCard",
  $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
  version: "1.5",
  body,
  ...(actions.length > 0 ? { actions } : {}),
  fallbackText,
  msteams: { width: "Full" },
});

function bodyFrom({ title, tone, text, sections = [], facts = [], footer }: Card, share: number): Element[] {
  const at = (limit: keyof typeof limits) => Math.ceil(limits[limit] * share);
  const shownSections = sections.slice(0, at("sections"));
  const shownFacts = facts.slice(0, at("facts"));
  return [
    ...(title.length === 0 && text ? [] : [heading(filled(title, at("title"), markdown), colours[tone])]),
    ...(text ? linesFrom(clip(text, at("text"), markdown)) : []),
    ...shownSections.flatMap((section) => [
      ...linesFrom(clip(section.text, at("section"), markdown)),
      ...(section.code === undefined || isBlank(section.code) ? [] : [codeFrom(section.code, at("code"))]),
    ]),
    ...(shownSections.length < sections.length ? [block("…")] : []),
    ...(facts.length === 0
      ? []
      : [
          {
            type: "FactSet",
            separator: true,
            facts: [
              ...shownFacts.map(([name, value]) => ({
                title: filled(name, at("fact"), markdown),
                value: filled(value, at("fact"), markdown),
              })),
              ...(shownFacts.length < facts.length ? [{ title: "…", value: "…" }] : []),
            ],
          },
        ]),
    ...(footer ? [block(clip(footer, at("footer"), markdown), { isSubtle: true, size: "Small" })] : []),
  ];
}

const block = (text: string, look: Element = {}): Element => ({
  type: "TextBlock",
  text,
  wrap: true,
  ...look,
});

const heading = (text: string, color: string): Element =>
  block(text, { style: "heading", size: "Medium", weight: "Bolder", color });

/** Markdown would join several lines: each becomes a block of its own, and a blank line becomes the space between paragraphs. */
function linesFrom(text: string): Element[] {
  const lines = text.split("\n");
  return lines.flatMap((line, index) => {
    if (line.trim() === "") return [];
    const follows = index > 0 && lines[index - 1]?.trim() !== "";
    return [block(line, follows ? { spacing: "None" } : {})];
  });
}

/** Verbatim, on its own, easy to copy. Not a CodeBlock, which isn't in version 1.5 and has no fallback text. */
const codeFrom = (code: string, limit: number): Element =>
  code.length > limit
    ? block("…")
    : {
        type: "Container",
        style: "emphasis",
        spacing: "Small",
        items: linesFrom(write(code, markdown)).map((line) => ({ ...line, fontType: "Monospace" })),
      };

const styles = { primary: "positive", danger: "destructive", plain: "default" } as const;

const actionsFrom = ({ buttons = [], link }: Card, share: number): Element[] => [
  ...(link ? [{ type: "Action.OpenUrl", title: filled(link.label, 80, asItStands), url: link.url }] : []),
  ...buttons.slice(0, Math.ceil(25 * share)).map(({ label, style, line, once }, index) => ({
    ...action(filled(label, 80, asItStands), line, styles[style ?? "plain"], once ? { once } : {}),
    ...(index + (link ? 1 : 0) < shownButtons ? {} : { mode: "secondary" }),
  })),
];

/** Execute answers in place; a client that doesn't know it sends a message instead. */
function action(title: string, line: CommandLine, style: string, more: Element): Element {
  const data = { openclaw: encodeLine(line), ...more };
  const button = { title, style, data };
  return {
    type: "Action.Execute",
    verb: "openclaw",
    ...button,
    fallback: { type: "Action.Submit", ...button },
  };
}
