import * as z from "zod";
import type { Button, Card } from "./card.ts";
import { type Action, type LookFor, pinsShape, snapshotKinds, type Truth } from "./cloud.ts";
import { type Fault, faultShape } from "./errors.ts";
import type { Access, Instance } from "./instance.ts";
import { accountShape, type Member } from "./member.ts";
import { replyToShape } from "./platform.ts";
import type { Price } from "./price.ts";
import type { Settings } from "./settings.ts";
import { type Of, texts } from "./shape.ts";

/** The ways to reach one's OpenClaw. `break-glass`: with a key of its own, for when the sign-in with Entra fails. */
export const ways = ["shell", "tui", "web", "vscode", "break-glass"] as const;
export type Way = (typeof ways)[number];

export const operationNames = [
  "enroll",
  "login",
  "request",
  "start",
  "stop",
  "restart",
  "rebuild",
  "resize",
  "teardown",
  "access",
  "status",
  "connect",
  "doctor",
  "logs",
  "configure",
  "reload",
  "remove",
  "backup",
  "transfer",
] as const;
export type OperationName = (typeof operationNames)[number];

/** Whether an operation only looks: it changes nothing of anybody's. */
export const isLook = (name: OperationName): boolean => looks.includes(name);
const looks: readonly OperationName[] = ["status", "doctor", "logs"];

/** What an operation is doing. A record can hold another one, which a newer version has written. */
export type Phase = Building | Changing | Ending | "looking" | "asking" | "blocked";
type Building = "queued" | "identity" | "deploying" | "booting" | "checking" | "configuring" | "signIn";
type Changing = "starting" | "stopping" | "restarting" | "resizing" | "access" | "sessions" | "logins";
type Ending = "quiescing" | "snapshot" | "cancelling" | "deleting" | "removing";
type End = "ready" | "stopped" | "gone" | "removed" | "busy" | "nothing-new";

export const logKinds = ["gateway", "first-boot"] as const;
export type LogKind = (typeof logKinds)[number];

export const inputShape = z.strictObject({
  size: z.string().optional(),
  /**
   * Teardown: what becomes of the home disk. `snapshot`, which is the default: deleted once a verified snapshot holds it;
   * `keep`: deleted only if no VM ever had it; `erase`: deleted for ever, with every snapshot of it.
   */
  homeDisk: z.enum(["snapshot", "keep", "erase"]).optional(),
  /** Resize: start it again in the end. */
  running: z.literal(true).optional(),
  /** Teardown, rebuild, resize: whatever the agent is doing. */
  force: z.literal(true).optional(),
  /** Request: the snapshot's name that the home disk is made from; without it the newest, if there is no home disk. */
  snapshot: z.string().optional(),
  /** Request: with an empty home disk, whatever snapshots there are. */
  fresh: z.literal(true).optional(),
  /** Backup: why it is made. */
  kind: z.enum(snapshotKinds).optional(),
  /** Backup: ISO 8601, when the newest one was made; nothing is done if no VM has had the disk since. */
  since: z.string().optional(),
  /** Transfer: the object id of who gets the home disk, and their name. */
  heir: z.strictObject({ objectId: z.string(), name: z.string() }).optional(),
  /** Access: the address that was opened, or absent when access is closed; and whether it was open before. */
  address: z.string().optional(),
  wasOpen: z.literal(true).optional(),
  /** Connect: the way that was asked for. */
  how: z.enum(ways).optional(),
  /** Logs: which, and which page counted from the end. */
  log: z.enum(logKinds).optional(),
  page: z.number().optional(),
  /** Configure: changes that are only tried, in JSON. */
  dryRun: z.string().optional(),
  /** Configure: the hash of what becomes the team's configuration once an OpenClaw has taken it. Absent: the team's is applied. */
  candidate: z.string().optional(),
  /** Remove: the operation that was running. */
  supersedes: z.string().optional(),
});
export type OperationInput = Of<typeof inputShape>;

/** The record of one operation: what is meant, and what has to be remembered from look to look. */
export const operationShape = z.strictObject({
  id: z.string(),
  name: z.enum(operationNames),
  /** Who asked; absent when the bot itself began it. */
  by: accountShape.optional(),
  replyTo: replyToShape.optional(),
  /** ISO 8601. */
  startedAt: z.string(),
  status: z.enum(["running", "succeeded", "failed", "cancelled", "superseded"]),
  /** What is going on, for the progress card. */
  phase: z.string(),
  input: inputShape,
  /** ISO 8601: when somebody asked to end it. */
  cancelledAt: z.string().optional(),
  pins: pinsShape.optional(),
  fault: faultShape.optional(),
  /** What Azure refused last and is expected to take back: the reason, should the deadline pass before it does. */
  refusal: faultShape.optional(),
  /** ISO 8601: when each phase began last. */
  times: texts.optional(),
  /** What was usual when it began: of which kind and size, and seconds by phase. */
  usual: z.strictObject({ of: z.string(), seconds: z.record(z.string(), z.number()) }).optional(),
  /** The card of which nothing is owed, as a hash: as long as there is no other, nobody has to look at its message. */
  told: z.string().optional(),
  /** Small things seen or done on the way, such as `restarted`. */
  notes: texts,
  looks: z.number(),
  /** ISO 8601: when the next look is expected; an earlier message is a double. */
  nextLookAt: z.string(),
  /** Somebody is about to act: what they do, and until when (ISO 8601) everybody else leaves it to them. */
  hold: z.strictObject({ does: z.string(), until: z.string() }).optional(),
});
export type OperationRecord = Of<typeof operationShape>;

/** All that a decision may depend on. */
export interface View {
  readonly operation: OperationRecord;
  readonly member: Member;
  readonly instance: Instance;
  readonly truth: Truth;
  readonly now: Date;
  readonly elapsedSeconds: number;
  /** The look, or the action that followed from it, was refused for good. */
  readonly fault?: Fault | undefined;
  /** The action was refused for what passes by itself, and is worth asking for again after so many seconds; only where nothing is ever given up. */
  readonly passesIn?: number | undefined;
  /** It was the look that was refused: `truth` is empty because nobody knows. */
  readonly blind?: true | undefined;
  readonly settings: Settings;
  /** What the team changes of OpenClaw's configuration, in JSON; undefined: nothing. Read when it is asked for. */
  readonly config?: (() => { readonly overrides: string; readonly hash: string } | undefined) | undefined;
}

/** What is written back with a step. */
export interface Progress {
  /** Owed to the admins besides the progress message. */
  readonly tellAdmins?: Card | undefined;
  /** Owed to another member, by key. */
  readonly tellOther?: { readonly member: string; readonly card: Card } | undefined;
  readonly phase?: Phase | End | undefined;
  readonly instance?: Partial<Instance> | undefined;
  readonly notes?: Readonly<Record<string, string>> | undefined;
  /** Run commands of this operation that have ended and were heard: deleted once the step is written down. */
  readonly clear?: readonly string[] | undefined;
  /** A refusal that this waits for to pass; a step without one has left it behind. */
  readonly refusal?: Fault | undefined;
}

/** One idempotent action or none, then another look; or the end. */
export type Step =
  | (Progress & {
      readonly act: Action;
      readonly againInSeconds: number;
      /** What the audit says of whoever asked, where that was to look, and this changes something: once, before it is done. */
      readonly audit?: string | undefined;
    })
  | (Progress & { readonly waitSeconds: number })
  | (Progress & {
      readonly finish: "succeeded" | "failed" | "cancelled";
      readonly fault?: Fault | undefined;
    });

/** A step that does something. */
export type Acting = Extract<Step, { readonly act: unknown }>;

export interface CardView {
  readonly operation: OperationRecord;
  readonly member: Member;
  readonly instance: Instance;
  readonly settings: Settings;
  readonly price: Price | undefined;
}

export interface Operation {
  readonly name: OperationName;
  /** Whether it takes the instance for itself. */
  readonly exclusive: boolean;
  /** After this many seconds `next` is expected to give up. */
  readonly deadlineSeconds: number;
  /** Whether it goes on for somebody who is leaving the roster. */
  readonly forLeavers: boolean;
  /** Whether its waits stay as they are, however little may be asked of Azure: it cuts costs, or keeps somebody out. */
  urgent?(operation: OperationRecord): boolean;
  /** Whether it builds a VM. */
  readonly builds?: true;
  /** What it does while there is no VM yet, or no more, that could be asked. */
  readonly withoutVm?: readonly Phase[];
  /** Shown only when it has ended: its beginning was told in the answer to the call. */
  readonly quiet?: true;
  /** What it may want to know by name. */
  look(operation: OperationRecord, view: Pick<View, "member" | "instance" | "now">): LookFor;
  /**
   * Pure: decides from what is true now, so it may be repeated, skipped or run late. Of `truth` that is read from Azure which it touches,
   * each time anew: what it waits for comes first.
   */
  next(view: View): Step;
  /** The one message about it, in each of its states. */
  card(view: CardView): Card;
  /** What admins are offered where it has failed. */
  offers?(view: CardView): readonly Button[] | undefined;
}

/** The addresses whose time is not over. */
export const openNow = (instance: Instance, now: Date): readonly Access[] =>
  instance.access.filter((access) => Date.parse(access.until) > now.getTime());
