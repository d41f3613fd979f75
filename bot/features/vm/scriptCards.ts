import { brokenButtons, buttonsTo, isGone, rebuildButton } from "../../cards/connect.ts";
import { reference, stopped } from "../../cards/operationCards.ts";
import type { Card, CommandLine } from "../../core/card.ts";
import type { CardView } from "../../core/operation.ts";
import type { ScriptCards } from "../../steps/script.ts";

/** The cards of a script that the owner runs. `title`: while it runs; `again`: the line that runs it again. */
export const forOwner = (own: {
  title(view: CardView): string;
  again(view: CardView): CommandLine;
  heard: ScriptCards["heard"];
}): ScriptCards => ({
  running: (view) => ({
    title: own.title(view),
    tone: "working",
    text: "This takes a few seconds.",
  }),
  off,
  heard: own.heard,
  failed: (view) => ({
    title: "I couldn't check your VM",
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
  title: "Your VM isn't running, so I can't check it",
  ...(instance.state === "broken"
    ? {
        tone: "bad",
        text: "It is broken: the last operation did not finish.",
        buttons: [...brokenButtons(instance), ...buttonsTo(instance, "status")],
      }
    : { tone: "info", text: "Start it first.", buttons: buttonsTo(instance, "start", "status") }),
});

/** The cards of a script that an admin runs on a member's VM. `whose` says whose OpenClaw it is. */
export const forAdmin = (theirs: {
  running(whose: string, view: CardView): string;
  off(view: CardView): string;
  heard(whose: string, ...given: Parameters<ScriptCards["heard"]>): ReturnType<ScriptCards["heard"]>;
  failed(whose: string, view: CardView): string;
}): ScriptCards => ({
  running: (view) => ({
    title: theirs.running(whoseOf(view), view),
    tone: "working",
    text: "This takes a few seconds.",
  }),
  off: (view) => ({ title: `${whoseOf(view)} isn't running`, tone: "info", text: theirs.off(view) }),
  heard: (view, said) => theirs.heard(whoseOf(view), view, said),
  failed: (view) => ({
    title: theirs.failed(whoseOf(view), view),
    tone: "bad",
    text: stopped(view),
    footer: reference(view.operation),
  }),
});

const whoseOf = ({ member }: CardView): string => `${member.name}’s OpenClaw`;
