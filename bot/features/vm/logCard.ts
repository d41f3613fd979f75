import { doctorButton, logButton } from "../../cards/instanceButtons.ts";
import type { Card, CommandLine } from "../../core/card.ts";
import type { CardView } from "../../core/operation.ts";
import type { Said } from "../../steps/script.ts";
import { forOwner } from "./scriptCards.ts";

const titles = { gateway: "Gateway log", "first-boot": "First-boot log" } as const;
const reading = { gateway: "Reading the gateway log", "first-boot": "Reading the first-boot log" } as const;

const kindOf = ({ operation }: CardView): keyof typeof titles => operation.input.log ?? "gateway";

const lineFor = (view: CardView, page: number): CommandLine => ({
  command: "logs",
  options: { kind: kindOf(view), page: String(page) },
  generation: view.instance.generation,
});

export const logCards = forOwner({
  title: (view) => reading[kindOf(view)],
  again: (view) => ({
    label: "Read the log again",
    line: lineFor(view, view.operation.input.page ?? 1),
  }),
  heard: pageCard,
});

/** A page of a log, with buttons to the older and the newer one. */
function pageCard(view: CardView, said: Said): Card {
  const { instance } = view;
  const kind = kindOf(view);
  // Shows only what comes after this line, because only that was masked.
  const [, found, last, text = ""] = /^page=(\d+) pages=(\d+)\n([\s\S]*)$/.exec(said.output) ?? [];
  const others = [logButton(instance, kind === "gateway" ? "first-boot" : "gateway"), doctorButton(instance)];
  if (found === undefined || last === undefined)
    return {
      title: "I can't show the log",
      tone: "bad",
      text: "Its secrets could not be masked on the VM. Sign in to the VM to read it there.",
      buttons: others,
    };
  const [page, pages] = [Number(found), Number(last)];
  return {
    title: titles[kind],
    tone: "info",
    text: text.trim() ? "Only you see this. Secrets are shown as ••••." : "The log is still empty.",
    sections: text.trim() ? [{ text: "The newest line is last:", code: text.trimEnd() }] : [],
    buttons: [
      ...(page < pages ? [{ label: "Older", line: lineFor(view, page + 1) }] : []),
      ...(page > 1 ? [{ label: "Newer", line: lineFor(view, page - 1) }] : []),
      ...others,
    ],
    footer: pages > 1 ? `Page ${page} of ${pages}, from the end` : undefined,
  };
}
