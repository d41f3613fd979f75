import type { Card, Section } from "../core/card.ts";
import type { Fault } from "../core/errors.ts";
import { isRunning } from "../core/instance.ts";
import { namesOf } from "../core/names.ts";
import type { CardView, Operation, OperationRecord, Phase } from "../core/operation.ts";
import { instant, joined, type Words, words } from "../core/text.ts";
import { sshCommand } from "./connect.ts";
import { remedyFor, sentenceFor } from "./faultSentences.ts";
import { buttonsAfter, instanceButtons, type Shown, statusButton } from "./instanceButtons.ts";
import { instanceFacts, shownAt } from "./instanceFacts.ts";

type Outcome = "running" | "succeeded" | "failed";
type Texts = Readonly<Record<Outcome, string>>;

const outcomeOf = (view: CardView): Outcome =>
  view.operation.status === "running" || view.operation.status === "succeeded"
    ? view.operation.status
    : "failed";

const toneOf = (view: CardView): Card["tone"] =>
  (({ running: "working", succeeded: "good", failed: "bad" }) as const)[outcomeOf(view)];

/** Small print under what went wrong. */
export const referenceTo = (correlation: string): string => `For your admins: reference ${correlation}`;

/** An admin finds the operation by it: Azure's correlation id or, where Azure gave none, the operation's id. */
export const reference = ({ fault, id }: OperationRecord): string => referenceTo(fault?.correlation || id);

/** The same on a card that admins read. */
export const ownReference = ({ fault, id }: OperationRecord): string =>
  `Reference ${fault?.correlation || id}`;

/** What went wrong, in one sentence. */
export const whatWentWrong = (fault: Fault | undefined): string => (fault ? sentenceFor(fault) : "");

/** A card with one short title for each outcome. */
export function answered(view: CardView, texts: Texts): Card {
  const outcome = outcomeOf(view);
  return {
    title: texts[outcome],
    tone: toneOf(view),
    text: outcome === "failed" ? stopped(view) : undefined,
    footer: outcome === "failed" ? reference(view.operation) : undefined,
  };
}

/** Why an operation did not finish. */
export function stopped({ operation }: CardView): string {
  if (operation.notes["putAside"]) return "An admin ended it because it was stuck.";
  if (operation.status === "superseded") return "Something else replaced it.";
  if (operation.status === "cancelled") return "It was cancelled.";
  return whatWentWrong(operation.fault);
}

/**
 * The progress of an operation on an existing instance. At its end: how the instance is now, how to sign in, and what can be done next.
 * All the steps that lead there from nothing are on the card of the build.
 */
export function instanceCard(view: CardView, titles: Texts): Card {
  const { operation, instance } = view;
  const outcome = outcomeOf(view);
  if (outcome === "running")
    return {
      title: titles.running,
      tone: "working",
      text: phaseNow(view),
      buttons: [statusButton(instance)],
    };
  if (outcome === "failed")
    return {
      title: titles.failed,
      tone: "bad",
      text: stopped(view),
      buttons: buttonsAfter(operation, instance, shownOn(view)),
      footer: reference(operation),
    };
  return {
    title: titles.succeeded,
    tone: "good",
    facts: instanceFacts(view, shownAt(view)),
    sections: signIn(view),
    buttons: instanceButtons(instance, shownOn(view)),
  };
}

/** The one command with which to sign in, where there is something to sign in to. */
export const signIn = ({ member, instance }: Pick<CardView, "member" | "instance">): readonly Section[] =>
  isRunning(instance) ? [{ text: "Sign in:", code: sshCommand(member.key, instance) }] : [];

/** What the buttons of an operation's card turn on. */
export const shownOn = (view: CardView): Shown => ({
  now: shownAt(view),
  settings: view.settings,
  operation: view.operation,
});

const working = "Working.";
const phases: Readonly<Record<Phase, string>> = {
  queued: "Waiting for its turn.",
  starting: "The VM is starting.",
  stopping: "The VM is stopping.",
  restarting: "The VM is restarting.",
  resizing: "Changing the size of the VM.",
  checking: "The VM is running. Checking that OpenClaw answers.",
  deleting: "Deleting it, part by part.",
  identity: "Preparing your identity.",
  deploying: "Azure is building the VM.",
  booting: "The VM is booting for the first time.",
  quiescing: "Checking whether the agent has finished.",
  snapshot: "Making a snapshot of the home disk. Nothing is deleted until it is complete.",
  cancelling: "Cancelling, and clearing up what was made.",
  access: "Changing the network rule.",
  sessions: "Ending open sessions.",
  signIn: "Setting up the sign-in with Entra on the VM.",
  asking: "Checking the VM.",
  configuring: "OpenClaw answers. Applying the team configuration.",
  looking: "Checking.",
  blocked: "Azure refuses; trying again.",
  logins: working,
  removing: working,
};
const isPhase = (phase: string): phase is Phase => Object.hasOwn(phases, phase);
export const phaseSentence = (phase: string): string => (isPhase(phase) ? phases[phase] : working);

/** In seconds. The card does not say how long shorter waits usually take. */
const shortWait = 20;

/** What is in progress, since when, and how long it usually takes. */
export function phaseNow({ operation, settings }: Pick<CardView, "operation" | "settings">): Words {
  const { phase, times, usual } = operation;
  const began = times?.[phase];
  const seconds = (usual?.seconds[phase] ?? 0) / settings.azurePace;
  const said = phaseSentence(phase);
  if (began === undefined || seconds < shortWait) return said;
  return words`${said} Since ${instant(began)}; this usually takes ${spanOf(seconds)}.`;
}

const spanOf = (seconds: number): string =>
  seconds < 90 ? `${Math.round(seconds / 10) * 10} seconds` : `${Math.round(seconds / 60)} minutes`;

/** For the admins: what failed, whose it was, Azure's own words, and what they can do. */
export function failureCard({ offers }: Pick<Operation, "offers">, view: CardView): Card {
  const { operation, member } = view;
  const remedy = operation.fault && remedyFor(operation.fault);
  const buttons = offers?.(view);
  return {
    title: `${operation.name} failed for ${member.name}`,
    tone: "bad",
    text: whatWentWrong(operation.fault),
    facts: [
      ["Azure's code", operation.fault?.code ?? "none"],
      ["Azure's words", operation.fault?.detail ?? "none"],
      ...(remedy === undefined ? [] : [["What helps", remedy] as const]),
      ["Instance", namesOf(member.key).vm],
    ],
    footer: ownReference(operation),
    ...(buttons && { buttons }),
  };
}

/** The progress message of an operation. It says so if someone other than its reader asked for it. */
export function progressCard(operation: Operation, view: CardView): Card {
  const card = operation.card(view);
  const { by, replyTo } = view.operation;
  if (!by || !replyTo || (by.platform === replyTo.platform && by.id === replyTo.account)) return card;
  const said = `${by.name}, an admin, asked for this.`;
  return { ...card, text: joined([said, card.text], "\n\n") };
}
