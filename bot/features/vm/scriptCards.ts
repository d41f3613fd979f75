import {
  instanceButtons,
  isGone,
  rebuildButton,
  startButton,
  statusButton,
  teardownButton,
} from "../../cards/instanceButtons.ts";
import { ownReference, reference, shownOn, stopped } from "../../cards/operationCards.ts";
import type { Button, Card } from "../../core/card.ts";
import type { CardView } from "../../core/operation.ts";
import type { ScriptCards } from "../../steps/script.ts";

/** The cards of a script that the owner runs. `title`: while it runs; `again`: the button that runs it again. */
export const forOwner = (own: {
  title(view: CardView): string;
  again(view: CardView): Button;
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
      ? [rebuildButton(view.instance), statusButton(view.instance), teardownButton(view.instance)]
      : [{ ...own.again(view), style: "primary" }, statusButton(view.instance)],
    footer: reference(view.operation),
  }),
});

const off = (view: CardView): Card => ({
  title: "Your VM isn't running",
  ...(view.instance.state === "broken"
    ? {
        tone: "bad",
        text: "It is broken: the last operation did not finish.",
        buttons: instanceButtons(view.instance, { ...shownOn(view), operation: undefined }),
      }
    : {
        tone: "info",
        text: "I can't check it while it's off. Start it first.",
        buttons: [startButton(view.instance), statusButton(view.instance)],
      }),
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
    footer: ownReference(view.operation),
  }),
});

const whoseOf = ({ member }: CardView): string => `${member.name}’s OpenClaw`;
