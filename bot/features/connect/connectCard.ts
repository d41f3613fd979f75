import {
  buttonsTo,
  connectSections,
  doctorButton,
  isGone,
  logButton,
  retryButton,
  statusButton,
  wayButtons,
} from "../../cards/connect.ts";
import { failureButtons, phaseNow, reference, stopped } from "../../cards/operationCards.ts";
import type { Card } from "../../core/card.ts";
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
      title: starts(view)
        ? "Starting your OpenClaw so that you can sign in"
        : "Checking that you can sign in",
      tone: "working",
      text: sentences(
        starts(view) ? cost(view) : undefined,
        phaseNow(view),
        closed(instance, settings, new Date(operation.startedAt))
          ? "SSH is closed, so nobody can reach your VM. Press Open access in the meantime."
          : undefined,
      ),
      buttons: [...buttonsTo(instance, "open-access"), statusButton(instance)],
    };
  if (operation.status === "succeeded") return wayCard(view);
  const there = instance.state === "degraded";
  if (isGone(operation))
    return {
      title: "You can't sign in",
      tone: "bad",
      text: stopped(view),
      buttons: failureButtons(instance, operation.id),
      footer: reference(operation),
    };
  return {
    title: there ? "OpenClaw doesn't answer, but you can sign in" : "You can't sign in yet",
    tone: "bad",
    text: stopped(view),
    sections: there ? sectionsOf(view) : [],
    buttons: [
      retryButton(instance, operation.id),
      ...buttonsTo(instance, "open-access", "connect", "check", "restart", "status"),
      doctorButton(instance),
      logButton(instance),
    ],
    footer: reference(operation),
  };
}

function wayCard(view: CardView): Card {
  const { operation, instance, settings } = view;
  const silent = instance.state === "degraded";
  const shut = closed(instance, settings, new Date(instance.seenAt));
  const { roleBy } = operation.notes;
  return {
    title: silent
      ? "You can sign in, but OpenClaw doesn't answer"
      : shut
        ? "Your OpenClaw is ready; SSH is still closed"
        : "How to connect",
    tone: silent ? "bad" : shut ? "info" : "good",
    text: sentences(
      silent ? "Restart it. If that doesn't help, sign in and check it." : undefined,
      shut ? "Press Open access first: until then nobody can reach your VM." : undefined,
      roleBy
        ? words`Your right to sign in is new and may not work until ${instant(roleBy)}. If you can't sign in before then, wait, then press Connect.`
        : undefined,
      operation.notes["started"] ? cost(view) : undefined,
    ),
    sections: sectionsOf(view),
    buttons: [
      ...buttonsTo(instance, "open-access", "close-access", "connect", "check"),
      ...wayButtons(instance, settings, operation.input.how ?? "shell"),
      ...buttonsTo(instance, "stop", "restart", "status"),
      doctorButton(instance),
      logButton(instance),
    ],
  };
}

const sectionsOf = ({ operation, member, instance, settings }: CardView): Card["sections"] =>
  connectSections(member.key, instance, settings, new Date(instance.seenAt), operation.input.how);

/** Whether this operation starts the VM, or will have to. */
const starts = ({ operation, instance }: CardView): boolean =>
  operation.notes["started"] !== undefined || !isRunning(instance);

const closed = (instance: Instance, settings: Settings, now: Date): boolean =>
  !isOpenToAll(instance, settings) && openNow(instance, now).length === 0;

const cost = ({ price }: CardView): string | undefined => price && `It costs ${pricePhrase(price)}.`;

const sentences = (...texts: readonly (Words | undefined)[]): Words => joined(texts, "\n\n");
