import type { Button } from "../core/card.ts";
import type { Fault } from "../core/errors.ts";
import { type Instance, type InstanceState, isOpenToAll, noGeneration } from "../core/instance.ts";
import { type LogKind, openNow, type Way, ways } from "../core/operation.ts";
import type { Settings } from "../core/settings.ts";

/** What a member can do with their instance: each is one button. */
type Offer =
  | "backups"
  | "cancel"
  | "clear-up"
  | "close-access"
  | "connect"
  | "doctor"
  | "erase"
  | "open-access"
  | "rebuild"
  | "request"
  | "restart"
  | "retry"
  | "start"
  | "status"
  | "stop"
  | "teardown";

/**
 * What makes sense in each state, most wanted first and the destructive one last. A card shows five: the last ones before the
 * destructive one give way.
 */
const offers: Readonly<Record<InstanceState, readonly Offer[]>> = {
  absent: ["request", "backups", "erase"],
  deploying: ["status", "cancel"],
  booting: ["status", "cancel"],
  ready: ["open-access", "connect", "close-access", "stop", "status", "restart", "teardown"],
  degraded: ["restart", "doctor", "connect", "close-access", "stop", "status", "teardown"],
  stopping: ["status"],
  stopped: ["start", "connect", "close-access", "status", "teardown"],
  starting: ["open-access", "close-access", "status"],
  deleting: ["status"],
  broken: ["retry", "rebuild", "status", "clear-up"],
};

/** An operation, as far as it can be tried again; it may be one of an earlier version. */
interface Tried {
  readonly id: string;
  readonly name: string;
}

/** What the buttons of a card turn on, besides the instance. */
export interface Shown {
  readonly now: Date;
  readonly settings: Pick<Settings, "networkPolicy">;
  /** Someone opened SSH in Azure, which is not on record. */
  readonly alsoOpen?: boolean | undefined;
  /** The operation that the card is about. */
  readonly operation?: Tried | undefined;
}

/** Offers that make sense only now and then. */
const conditions: Readonly<Partial<Record<Offer, (instance: Instance, shown: Shown) => boolean>>> = {
  backups: ({ backup }) => backup !== undefined,
  erase: ({ homeDisk, backup }) => homeDisk !== undefined || backup !== undefined,
  // A rebuild can't be cancelled, and only the operation tells which of the two builds.
  cancel: (_instance, { operation }) => operation?.name === "request",
  "open-access": (instance, shown) => !isOpen(instance, shown) && !isForAll(instance, shown),
  "close-access": (instance, shown) => isOpen(instance, shown) && !isForAll(instance, shown),
  retry: (instance) => !isGone(instance),
  rebuild: (instance) => isGone(instance),
};

const isOpen = (instance: Instance, { now, alsoOpen }: Shown): boolean =>
  alsoOpen === true || openNow(instance, now).length > 0;

const isForAll = (instance: Instance, { settings }: Shown): boolean => isOpenToAll(instance, settings);

const mostButtons = 5;

/** The buttons that a card has room for. A destructive one stands last. */
export function fitted(buttons: readonly Button[]): readonly Button[] {
  const danger = buttons.filter(({ style }) => style === "danger");
  const safe = buttons.filter(({ style }) => style !== "danger");
  return [...safe.slice(0, mostButtons - danger.length), ...danger];
}

/** What makes sense now. After the instance was deleted, its buttons answer that it no longer exists. */
export const instanceButtons = (instance: Instance, shown: Shown): readonly Button[] =>
  fitted(offered(instance, shown).map((offer) => buttonFor[offer](instance, shown)));

/** Some of what makes sense now, in the same order. */
export const buttonsTo = (instance: Instance, shown: Shown, ...wanted: readonly Offer[]): readonly Button[] =>
  offered(instance, shown)
    .filter((offer) => wanted.includes(offer))
    .map((offer) => buttonFor[offer](instance, shown));

/** What makes sense once this operation has failed: to try it again comes first, and nothing else does the same. */
export const buttonsAfter = (operation: Tried, instance: Instance, shown: Shown): readonly Button[] =>
  instance.state === "broken"
    ? instanceButtons(instance, { ...shown, operation })
    : fitted([
        retryButton(instance, operation),
        ...offered(instance, shown)
          .filter((offer) => offer !== operation.name)
          .map((offer) => buttonFor[offer](instance, shown))
          .map(plainly),
      ]);

/** Only one button is what to press first. */
const plainly = (button: Button): Button =>
  button.style === "primary" ? { ...button, style: undefined } : button;

const offered = (instance: Instance, shown: Shown): readonly Offer[] =>
  offers[instance.state].filter((offer) => conditions[offer]?.(instance, shown) !== false);

const to = (
  command: string,
  label: string,
  generation: string | undefined,
  style?: Button["style"],
): Button => ({
  label,
  style,
  line: { command, options: {}, generation },
});

export const startButton = ({ generation }: Instance): Button => to("start", "Start", generation, "primary");
export const restartButton = ({ generation }: Instance): Button => to("restart", "Restart", generation);
export const connectButton = ({ generation }: Instance): Button =>
  to("connect", "How to connect", generation);
export const openButton = ({ generation }: Instance): Button =>
  to("open-access", "Open access", generation, "primary");
export const closeButton = ({ generation }: Instance): Button =>
  to("close-access", "Close access", generation);
export const doctorButton = ({ generation }: Instance): Button => to("doctor", "Doctor", generation);
export const rebuildButton = ({ generation }: Instance): Button =>
  to("rebuild", "Rebuild", generation, "primary");
export const statusButton = (instance: Instance | undefined): Button =>
  to("status", "Status", instance?.generation);
export const cancelButton = ({ generation }: Instance): Button =>
  to("cancel", "Cancel", generation, "danger");
export const clearUpButton = ({ generation }: Instance): Button =>
  to("cancel", "Clear up", generation, "danger");
export const teardownButton = ({ generation = noGeneration }: Instance): Button =>
  to("teardown", "Tear down", generation, "danger");
export const helpButton: Button = to("help", "Help", undefined);
export const backupsButton: Button = to("backups", "Backups", undefined);
export const requestButton: Button = to("request", "Request a new one", undefined, "primary");

/** For an agent that is busy or no longer answers. */
export const forceButton = (instance: Instance): Button => {
  const { line, ...button } = teardownButton(instance);
  return { ...button, label: "Tear down without waiting", line: { ...line, options: { force: "true" } } };
};

/** Opens the form that asks for the instance's name, even if only the home disk or a snapshot of it is left. */
export const deleteDataButton = ({ generation = noGeneration }: Instance): Button => ({
  label: "Delete all my data",
  style: "danger",
  line: { command: "teardown", options: { "no-backup": "true" }, generation },
});

export const logButton = ({ generation }: Instance, kind: LogKind = "gateway"): Button => ({
  label: kind === "gateway" ? "Log" : "First-boot log",
  line: { command: "logs", options: { kind }, generation },
});

const retryLabels: Readonly<Partial<Record<string, string>>> = {
  request: "Try the build again",
  rebuild: "Try the rebuild again",
  start: "Try the start again",
  stop: "Try the stop again",
  restart: "Try the restart again",
  resize: "Try the resize again",
  teardown: "Try the teardown again",
  connect: "Try to connect again",
};

/** What a retry of the operation of that name says it does. */
export const retryLabel = (name: string | undefined): string => retryLabels[name ?? ""] ?? "Try that again";

/** Works only until a newer operation starts. */
export function retryButton(instance: Instance, operation?: Tried): Button {
  const { last } = instance;
  const of = operation?.id ?? last?.operation;
  const label = retryLabel(operation?.name ?? last?.name);
  const { line, ...button } = to("retry", label, instance.generation, "primary");
  return { ...button, line: { ...line, options: of ? { of } : {} } };
}

const buttonFor: Readonly<Record<Offer, (instance: Instance, shown: Shown) => Button>> = {
  backups: () => backupsButton,
  cancel: cancelButton,
  "clear-up": clearUpButton,
  "close-access": closeButton,
  connect: connectButton,
  doctor: doctorButton,
  erase: deleteDataButton,
  "open-access": openButton,
  rebuild: rebuildButton,
  request: () => requestButton,
  restart: restartButton,
  retry: (instance, { operation }) => retryButton(instance, operation),
  start: startButton,
  status: statusButton,
  stop: ({ generation }) => to("stop", "Stop", generation),
  teardown: teardownButton,
};

const wayLabels: Readonly<Record<Way, string>> = {
  shell: "Shell",
  tui: "In the terminal",
  web: "Web page",
  vscode: "VS Code",
  "break-glass": "Break glass",
};

/** The other ways to connect. */
export const wayButtons = (
  { generation }: Instance,
  settings: Pick<Settings, "breakGlass">,
  but: Way,
): readonly Button[] =>
  ways
    .filter((how) => how !== but && (how !== "break-glass" || settings.breakGlass))
    .map((how) => ({ label: wayLabels[how], line: { command: "connect", options: { how }, generation } }));

/** Someone deleted it, but not the bot. */
export const isGone = ({ fault }: { readonly fault?: Fault | undefined }): boolean =>
  fault?.code === "Vanished";

/** What makes sense without an instance, whatever its record says. It turns on nothing else. */
export const absentButtons = (instance: Instance | undefined): readonly Button[] =>
  instance ? instanceButtons({ ...instance, state: "absent" }, nothingShown) : [requestButton];

const nothingShown: Shown = { now: new Date(0), settings: { networkPolicy: "locked" } };
