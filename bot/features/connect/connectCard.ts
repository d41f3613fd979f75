import { connectSections } from "../../cards/connect.ts";
import {
  buttonsAfter,
  buttonsTo,
  doctorButton,
  fitted,
  isGone,
  logButton,
  openButton,
  restartButton,
  retryButton,
  statusButton,
  wayButtons,
} from "../../cards/instanceButtons.ts";
import { shownAt } from "../../cards/instanceFacts.ts";
import { phaseNow, reference, shownOn, stopped } from "../../cards/operationCards.ts";
import type { Button, Card } from "../../core/card.ts";
import { type Instance, isOpenToAll, isRunning } from "../../core/instance.ts";
import { type CardView, openNow } from "../../core/operation.ts";
import { pricePhrase } from "../../core/price.ts";
import type { Settings } from "../../core/settings.ts";
import { instant, joined, type Words, words } from "../../core/text.ts";

/** How to connect, once that is known to work; until then, the progress. */
export function connectCard(view: CardView): Card {
  const { operation, instance, settings } = view;
  if (operation.status === "running")
    return {
      title: starts(view) ? "Starting your OpenClaw" : "Checking that you can sign in",
      tone: "working",
      text: sentences(
        starts(view) ? cost(view) : undefined,
        phaseNow(view),
        closed(instance, settings, shownAt(view))
          ? "SSH is closed, so nobody can reach your VM. Press Open access in the meantime."
          : undefined,
      ),
      // Whatever it was seen as last, it runs or is on its way.
      buttons: buttonsTo({ ...instance, state: "starting" }, shownOn(view), "open-access", "status"),
    };
  return operation.status === "succeeded" ? wayCard(view) : failedCard(view);
}

function failedCard(view: CardView): Card {
  const { operation, instance } = view;
  const there = instance.state === "degraded" && !isGone(operation);
  return {
    title: there
      ? "OpenClaw doesn't answer"
      : isGone(operation)
        ? "You can't sign in"
        : "You can't sign in yet",
    tone: "bad",
    text: there ? `${stopped(view)} You can still sign in to the VM.` : stopped(view),
    sections: there ? sectionsOf(view) : [],
    buttons: there
      ? [retryButton(instance, operation), ...mending(view).slice(0, 4)]
      : buttonsAfter(operation, instance, shownOn(view)),
    footer: reference(operation),
  };
}

function wayCard(view: CardView): Card {
  const { operation, instance, settings } = view;
  const silent = instance.state === "degraded";
  const shut = closed(instance, settings, shownAt(view));
  const { roleBy } = operation.notes;
  return {
    title: silent ? "OpenClaw doesn't answer" : shut ? "SSH is still closed" : "How to connect",
    tone: silent ? "bad" : shut ? "info" : "good",
    text: sentences(
      silent
        ? "You can sign in to the VM. Press Restart; if that doesn't help, sign in and check it."
        : undefined,
      shut ? "Press Open access first: until then nobody can reach your VM." : undefined,
      roleBy
        ? words`Your right to sign in is new and may not work until ${instant(roleBy)}. If you can't sign in before then, wait and ask again.`
        : undefined,
      operation.notes["started"] ? cost(view) : undefined,
    ),
    sections: sectionsOf(view),
    buttons: silent
      ? fitted(mending(view))
      : fitted([
          ...(isOpenToAll(instance, settings) ? [] : [openButton(instance)]),
          ...wayButtons(instance, settings, operation.input.how ?? "shell"),
          ...buttonsTo(instance, shownOn(view), "close-access", "status"),
        ]),
  };
}

/** Where OpenClaw doesn't answer: another way in to it would not help. */
const mending = (view: CardView): readonly Button[] => {
  const { instance, settings } = view;
  return [
    ...(closed(instance, settings, shownAt(view)) ? [openButton(instance)] : []),
    restartButton(instance),
    doctorButton(instance),
    logButton(instance),
    statusButton(instance),
  ];
};

const sectionsOf = (view: CardView): Card["sections"] =>
  connectSections(view.member.key, view.instance, view.settings, shownAt(view), view.operation.input.how);

/** Whether this operation starts the VM, or will have to. */
const starts = ({ operation, instance }: CardView): boolean =>
  operation.notes["started"] !== undefined || !isRunning(instance);

const closed = (instance: Instance, settings: Settings, now: Date): boolean =>
  !isOpenToAll(instance, settings) && openNow(instance, now).length === 0;

const cost = ({ price }: CardView): string | undefined => price && `It costs ${pricePhrase(price)}.`;

const sentences = (...texts: readonly (Words | undefined)[]): Words => joined(texts, "\n\n");
