import { brokenButtons, buttonsTo, isGone, rebuildButton } from "../../cards/connect.ts";
import { reference, stopped } from "../../cards/operationCards.ts";
import type { Card, CommandLine } from "../../core/card.ts";
import type { CardView } from "../../core/operation.ts";
import type { ScriptCards } from "../../steps/script.ts";

/** A script that the owner has asked for. `title`: while it runs; `again`: the line that asks once more. */
export const forOwner = (own: {
  title(view: CardView): string;
  again(view: CardView): CommandLine;
  heard: ScriptCards["heard"];
}): ScriptCards => ({
  running: (view) => ({
    title: own.title(view),
    tone: "working",
    text: "Your VM is asked, which takes some seconds.",
  }),
  off,
  heard: own.heard,
  failed: (view) => ({
    title: "Your VM could not be asked",
    tone: "bad",
    text: stopped(view),
    buttons: isGone(view.operation)
      ? [rebuildButton(view.instance), ...buttonsTo(view.instance, "status", "teardown")]
      : [
          { label: "Try again", style: "primary", line: own.again(view) },
          ...buttonsTo(view.instance, "status"),
        ],
    footer: reference(view.operation),
  }),
});

const off = ({ instance }: CardView): Card => ({
  title: "Your VM does not run, so it can't be asked",
  ...(instance.state === "broken"
    ? {
        tone: "bad",
        text: "It is broken: what was begun last did not end.",
        buttons: [...brokenButtons(instance), ...buttonsTo(instance, "status")],
      }
    : { tone: "info", text: "Start it first.", buttons: buttonsTo(instance, "start", "status") }),
});

/** A script that an admin has run on somebody's VM. Each is told whose OpenClaw it is. */
export const forAdmin = (theirs: {
  running(whose: string, view: CardView): string;
  off(view: CardView): string;
  heard(whose: string, ...given: Parameters<ScriptCards["heard"]>): ReturnType<ScriptCards["heard"]>;
  failed(whose: string, view: CardView): string;
}): ScriptCards => ({
  running: (view) => ({
    title: theirs.running(whoseOf(view), view),
    tone: "working",
    text: "Its VM is asked, which takes some seconds.",
  }),
  off: (view) => ({ title: `${whoseOf(view)} does not run`, tone: "info", text: theirs.off(view) }),
  heard: (view, said) => theirs.heard(whoseOf(view), view, said),
  failed: (view) => ({
    title: theirs.failed(whoseOf(view), view),
    tone: "bad",
    text: stopped(view),
    footer: reference(view.operation),
  }),
});

const whoseOf = ({ member }: CardView): string => `${member.name}’s OpenClaw`;
