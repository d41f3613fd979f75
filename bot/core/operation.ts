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

/** Whether an operation only looks and changes nothing. */
export const isLook = (name: OperationName): boolean => looks.includes(name);
const looks: readonly OperationName[] = ["status", "doctor", "logs"];

/** What an operation is doing. A record may hold a phase that a newer version wrote. */
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
   * Teardown: what happens to the home disk. `snapshot`, the default: deleted once a verified snapshot holds it; `keep`: deleted only
   * if no VM ever had it; `erase`: deleted for ever, with every snapshot of it.
   */
  homeDisk: z.enum(["snapshot", "keep", "erase"]).optional(),
  /** Resize: start it again at the end. */
  running: z.literal(true).optional(),
  /** Teardown, rebuild, resize: even if the agent is working. */
  force: z.literal(true).optional(),
  /** Request: the name of the snapshot to restore. Without it the newest one, if there is no home disk. */
  snapshot: z.string().optional(),
  /** Request: with an empty home disk, even if there are snapshots. */
  fresh: z.literal(true).optional(),
  /** Backup: why it is made. */
  kind: z.enum(snapshotKinds).optional(),
  /** Backup: ISO 8601, when the newest one was made. If no VM has had the disk since, nothing is done. */
  since: z.string().optional(),
  /** Transfer: the object id and name of the person who gets the home disk. */
  heir: z.strictObject({ objectId: z.string(), name: z.string() }).optional(),
  /** Access: the address that was opened (absent: access is closed), and whether it was open before. */
  address: z.string().optional(),
  wasOpen: z.literal(true).optional(),
  /** Connect: the way that was asked for. */
  how: z.enum(ways).optional(),
  /** Logs: which log, and which page, counted from the end. */
  log: z.enum(logKinds).optional(),
  page: z.number().optional(),
  /** Configure: changes for a dry run, as JSON. */
  dryRun: z.string().optional(),
  /** Configure: the hash of what becomes the team configuration once an OpenClaw has taken it. Absent: apply the team configuration. */
  candidate: z.string().optional(),
  /** Remove: the operation that was in progress. */
  supersedes: z.string().optional(),
});
export type OperationInput = Of<typeof inputShape>;

/** The record of one operation: what to do, and what to remember from look to look. */
export const operationShape = z.strictObject({
  id: z.string(),
  name: z.enum(operationNames),
  /** Who asked. Absent if the bot itself started it. */
  by: accountShape.optional(),
  replyTo: replyToShape.optional(),
  /** ISO 8601. */
  startedAt: z.string(),
  status: z.enum(["running", "succeeded", "failed", "cancelled", "superseded"]),
  /** What is happening, for the progress message. */
  phase: z.string(),
  input: inputShape,
  /** ISO 8601: when someone asked to end it. */
  cancelledAt: z.string().optional(),
  pins: pinsShape.optional(),
  fault: faultShape.optional(),
  /** Azure's last refusal that is expected to pass: the reason to give if the deadline comes first. */
  refusal: faultShape.optional(),
  /** ISO 8601: when each phase last started. */
  times: texts.optional(),
  /** The usual times when it started: for which kind and size, and in seconds by phase. */
  usual: z.strictObject({ of: z.string(), seconds: z.record(z.string(), z.number()) }).optional(),
  /** The hash of the last card that was delivered: while the card stays the same, its message needn't be read. */
  told: z.string().optional(),
  /** Small things seen or done along the way, such as `restarted`. */
  notes: texts,
  looks: z.number(),
  /** ISO 8601: when the next look is expected; an earlier message is a duplicate. */
  nextLookAt: z.string(),
  /** A worker is about to act: what it does, and until when (ISO 8601) every other worker leaves it alone. */
  hold: z.strictObject({ does: z.string(), until: z.string() }).optional(),
});
export type OperationRecord = Of<typeof operationShape>;

/** Everything that a decision may depend on. */
export interface View {
  readonly operation: OperationRecord;
  readonly member: Member;
  readonly instance: Instance;
  readonly truth: Truth;
  readonly now: Date;
  readonly elapsedSeconds: number;
  /** The look, or the action that followed from it, was refused for good. */
  readonly fault?: Fault | undefined;
  /** The action was refused for now and is worth repeating after this many seconds. Only for operations that never give up. */
  readonly passesIn?: number | undefined;
  /** The look itself was refused: `truth` is empty because nothing is known. */
  readonly blind?: true | undefined;
  readonly settings: Settings;
  /** The team configuration, as JSON. Undefined if there is none. Read when asked for. */
  readonly config?: (() => { readonly overrides: string; readonly hash: string } | undefined) | undefined;
}

/** What is written along with a step. */
export interface Progress {
  /** A message to the admins, besides the progress message. */
  readonly tellAdmins?: Card | undefined;
  /** A message to another member, by key. */
  readonly tellOther?: { readonly member: string; readonly card: Card } | undefined;
  readonly phase?: Phase | End | undefined;
  readonly instance?: Partial<Instance> | undefined;
  readonly notes?: Readonly<Record<string, string>> | undefined;
  /** This operation's run commands that have ended and were read. Deleted once the step is saved. */
  readonly clear?: readonly string[] | undefined;
  /** The refusal that this step waits out. A step without one has left it behind. */
  readonly refusal?: Fault | undefined;
}

/** One idempotent action or none, then another look; or the end. */
export type Step =
  | (Progress & {
      readonly act: Action;
      readonly againInSeconds: number;
      /** The audit entry about the caller, if they asked for a look and this step changes something. Written once, before the action. */
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
  /** After this many seconds, `next` is expected to give up. */
  readonly deadlineSeconds: number;
  /** Whether it continues for someone who is leaving the roster. */
  readonly forLeavers: boolean;
  /** Whether its waits stay short even when few calls to Azure are left: it cuts costs or keeps someone out. */
  urgent?(operation: OperationRecord): boolean;
  /** Whether it builds a VM. */
  readonly builds?: true;
  /** The phases in which the VM doesn't exist yet, or no longer, so it can't be checked. */
  readonly withoutVm?: readonly Phase[];
  /** Shown only once it has ended: the answer to the call already announced it. */
  readonly quiet?: true;
  /** The names that its look may need. */
  look(operation: OperationRecord, view: Pick<View, "member" | "instance" | "now">): LookFor;
  /**
   * Pure: decides from what is true now, so it may be repeated, skipped or run late. Only the parts of `truth` that it touches are
   * read from Azure, each time again, so it touches what it waits for first.
   */
  next(view: View): Step;
  /** The one message about it, in each of its states. */
  card(view: CardView): Card;
  /** What admins are offered if it failed. */
  offers?(view: CardView): readonly Button[] | undefined;
}

/** The addresses that haven't expired. */
export const openNow = (instance: Instance, now: Date): readonly Access[] =>
  instance.access.filter((access) => Date.parse(access.until) > now.getTime());
