import {
  AdaptiveCard,
  CardElementContainer,
  FontType,
  HostConfig,
  OpenUrlAction,
  TextBlock,
} from "adaptivecards";
import { render } from "lit";
import MarkdownIt from "markdown-it";
import { copyButton } from "./copy.ts";
import { hostConfig } from "./host-config.ts";

// The Markdown of a card: "Text features" of Adaptive Cards (Microsoft Learn, 2026-01). No HTML, no pictures.
const markdown = new MarkdownIt("zero").enable(["emphasis", "escape", "link", "list"]);
AdaptiveCard.onProcessMarkdown = (text, result) => {
  result.outputHtml = markdown.render(text);
  result.didProcess = true;
};
const host = new HostConfig(hostConfig);

/** A message that is not a card, as HTML: the bot's texts are Markdown too. */
export const markdownToHtml = (text: string): string => markdown.render(text);

/** A card as Microsoft's renderer draws it. `press` gets a button's label and the values of the inputs. */
export function cardElement(
  content: unknown,
  press: (label: string, inputs: Record<string, string>) => void,
): HTMLElement {
  const card = new AdaptiveCard();
  card.hostConfig = host;
  card.onExecuteAction = (action) => {
    if (action instanceof OpenUrlAction) window.open(action.url, "_blank", "noopener");
    else press(action.title ?? "", inputsOf(card));
  };
  card.parse(content);
  const element = card.render() ?? document.createElement("div");
  for (const command of commandsIn(card)) addCopyButton(command);
  return element;
}

const inputsOf = (card: AdaptiveCard) =>
  Object.fromEntries(
    card
      .getAllInputs()
      .flatMap(({ id, value }) => (id === undefined || value === undefined ? [] : [[id, String(value)]])),
  );

/** Consecutive monospace blocks are the lines of one command. */
function commandsIn(container: CardElementContainer): TextBlock[][] {
  const commands: TextBlock[][] = [];
  let lines: TextBlock[] | undefined;
  for (let index = 0; index < container.getItemCount(); index++) {
    const item = container.getItemAt(index);
    if (item instanceof TextBlock && item.fontType === FontType.Monospace) {
      if (lines) lines.push(item);
      else {
        lines = [item];
        commands.push(lines);
      }
    } else {
      lines = undefined;
      if (item instanceof CardElementContainer) commands.push(...commandsIn(item));
    }
  }
  return commands;
}

function addCopyButton(command: readonly TextBlock[]): void {
  const drawn = command.flatMap(({ renderedElement }) => renderedElement ?? []);
  const [first, last] = [drawn[0], drawn.at(-1)];
  if (!first || !last) return;
  const block = document.createElement("div");
  block.className = "code";
  block.role = "group";
  block.ariaLabel = "Command";
  const lines = document.createRange();
  lines.setStartBefore(first);
  lines.setEndAfter(last);
  lines.surroundContents(block);
  render(copyButton(drawn.map(({ textContent }) => textContent.trim()).join("\n")), block);
}
