import type { Answer, Card } from "../core/card.ts";
import { inTime } from "../core/clock.ts";
import { DeliveryRefused, TooMany } from "../core/errors.ts";
import {
  deadlines,
  type HttpAnswer,
  type Inbound,
  type InboundCall,
  type InboundRequest,
  type Late,
  type Platform,
  readCall,
  type Shown,
  type UnreadCall,
} from "../core/platform.ts";
import { mostBytes } from "../core/sizes.ts";
import type { WorkMessage } from "../core/store.ts";
import type { Parts } from "../parts.ts";
import { answerLater, owe, tellOnce } from "./answerLater.ts";
import { choicesFor } from "./choices.ts";
import { defer, onItsWay } from "./defer.ts";
import { opensForm } from "./options.ts";
import { receive } from "./receive.ts";
import { cardOf, failed } from "./replies.ts";

type Called = Extract<Inbound, { kind: "call" }>;
/** The outcome of a call: an answer, or an error such as an unreachable storage. */
type Outcome = { readonly reply: Answer | "later" } | { readonly error: unknown };
/** A call that is read once, by whoever needs it first, and then knows its line. */
type Reading = UnreadCall & Partial<Pick<InboundCall, "line">>;

/**
 * Answers one request of a platform within the time that the platform allows. A call that takes longer is deferred like a slow
 * command: its answer follows from this process or, if that ends first, from the worker. The first of the two has the effect; the
 * other finds its claim. Only calls of known people are read and stored, as soon as they are known; the answer to any other call is
 * lost with this process.
 */
export async function answer(
  platform: Platform | undefined,
  request: InboundRequest,
  parts: Parts,
): Promise<HttpAnswer> {
  if (!platform) return { status: 404 };
  if (request.body.byteLength > mostBytes) return { status: 413 };
  const arrived = parts.clock.now();
  const inbound = await platform.receive(request);
  if (inbound.kind === "answer") {
    if (inbound.note && parts.limits.hasRoomFor(platform.name)) await inbound.note();
    return inbound.answer;
  }
  if (inbound.kind === "choosing") {
    const { answerBy } = deadlines(inbound.patience, arrived);
    return inbound.render(await choicesFor(inbound.choosing, answerBy, parts));
  }
  const call = readingOnce(inbound.call);
  const { answerBy, wordBy } = deadlines(inbound.patience, arrived);
  const { promise: found, resolve: find } = Promise.withResolvers<true>();
  const greet = () => {
    inbound.heard?.();
    find(true);
  };
  const running = receive(call, parts, greet).then(
    (reply): Outcome => ({ reply }),
    (error: unknown): Outcome => ({ error }),
  );
  const known = Promise.race([found, running.then(() => false)]);
  const now = { inbound, call, wordBy };
  const outcome = await inTime(answerBy, running, parts);
  if (outcome) return atOnce(now, outcome, await known, parts);
  const asked = known.then((isKnown) => (isKnown ? readCall(call) : undefined));
  const soon = await inTime(wordBy, known, parts);
  if (soon === false) return atOnce(now, await running, false, parts);
  const read = soon && (await inTime(wordBy, asked, parts).catch(() => undefined));
  if (read && isForm(read, parts)) return atOnce(now, { reply: { card: formTooLate } }, true, parts);
  const late = inbound.late(known);
  const written = writeDown(asked, late, parts);
  const said = inTime(wordBy, written, parts);
  void goOn({ call, late, known, running, written, said }, parts);
  await said;
  return late.answer;
}

const tooManyIn = (outcome: Outcome): TooMany | undefined =>
  "error" in outcome && outcome.error instanceof TooMany ? outcome.error : undefined;

function readingOnce(call: UnreadCall): Reading {
  let asked: ReturnType<UnreadCall["read"]> | undefined;
  const reading: { -readonly [K in keyof Reading]: Reading[K] } = {
    ...call,
    read: async () => {
      asked ??= call.read();
      reading.line = (await asked).line;
      return asked;
    },
  };
  return reading;
}

/** Only this process can answer what may not or can't be read or stored, and what asks for a form. */
async function writeDown(
  asked: Promise<InboundCall | undefined>,
  late: Late,
  parts: Parts,
): Promise<WorkMessage | undefined> {
  const call = await asked.catch(() => undefined);
  if (!call || isForm(call, parts)) return undefined;
  try {
    return await defer(call, parts, late.shown);
  } catch (error) {
    parts.log.error("a late call could not be written down", error, { call: call.id });
    return undefined;
  }
}

/** A call whose outcome came in time. */
interface InTime {
  readonly inbound: Called;
  readonly call: Reading;
  /** By then the platform has to be answered, even if the caller has no answer yet. */
  readonly wordBy: Date;
}

/** No answer is owed to a stranger: what can't be answered at once is lost. */
async function atOnce(
  { inbound, call, wordBy }: InTime,
  outcome: Outcome,
  isKnown: boolean,
  parts: Parts,
): Promise<HttpAnswer> {
  const tooMany = tooManyIn(outcome);
  if (tooMany && !tooMany.tells) return inbound.least;
  const reply = "error" in outcome ? failed(call, outcome.error, parts) : outcome.reply;
  if (reply === "later") return inbound.defer();
  const owes = async () => {
    if (!tooMany && isKnown) await owe(call, reply, parts);
  };
  const showing = show(inbound, reply, owes);
  const shown = await inTime(wordBy, showing, parts);
  if (shown) {
    const { isSent: _isSent, ...answer } = shown;
    return answer;
  }
  void (async () => {
    try {
      if (!(await showing).isSent) await owes();
    } catch (error) {
      parts.log.error("an answer could not be given", error, { call: call.id });
    }
  })();
  return inbound.least;
}

/** Tells the caller, which takes as long as their platform takes. `owes`: writes down what can't reach them now. */
async function show(inbound: Called, reply: Answer, owes: () => Promise<void>): Promise<Shown> {
  try {
    return await inbound.render(reply);
  } catch (error) {
    if (!(error instanceof DeliveryRefused)) throw error;
    await owes();
    return { ...inbound.least, isSent: true };
  }
}

/** A deferred call. */
interface PutOff {
  readonly call: Reading;
  readonly late: Late;
  /** Whether the caller is known here. */
  readonly known: Promise<boolean>;
  readonly running: Promise<Outcome>;
  readonly written: Promise<WorkMessage | undefined>;
  readonly said: Promise<unknown>;
}

/** Finishes a deferred call. The worker can answer what was stored; only this process can answer the rest. */
async function goOn({ call, late, known, running, written, said }: PutOff, parts: Parts): Promise<void> {
  try {
    const arrived = said.then(() => parts.wait(onItsWay * 1000, new AbortController().signal));
    const [outcome, message] = await Promise.all([running, written, arrived]);
    // The worker tries again.
    if (message && "error" in outcome) throw outcome.error;
    if (late.showsNothing && tooManyIn(outcome)?.tells === false) return;
    const reply = "error" in outcome ? failed(call, outcome.error, parts) : outcome.reply;
    if (reply === "later") return;
    if (message) return await answerLater(message, { reply }, parts);
    // Unlike after `defer`, the caller sees an interim message, and the answer has to replace it.
    await late.shown;
    // Nothing looks for what follows a stranger's call, and no answer is owed to them.
    if (!(await known)) return await late.tell(cardOf(reply));
    await tellOnce(call, reply, late.tell, parts);
  } catch (error) {
    parts.log.error("a late call did not get on here", error, { call: call.id });
  }
}

/** A form can't come later: it is the first answer, or a button opens it. */
function isForm({ line, people, files }: InboundCall, { commands }: Parts): boolean {
  const command = commands.find(({ name }) => name === line.command);
  return command !== undefined && opensForm(command, line, people, files);
}

const formTooLate: Card = {
  title: "I couldn't open the form in time. Nothing was changed: try again.",
  tone: "bad",
};
