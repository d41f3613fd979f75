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
  type UnreadCall,
} from "../core/platform.ts";
import { mostBytes } from "../core/sizes.ts";
import type { WorkMessage } from "../core/store.ts";
import type { Parts } from "../parts.ts";
import { answerLater, owe, tellOnce } from "./answerLater.ts";
import { defer, onItsWay } from "./defer.ts";
import { opensForm } from "./options.ts";
import { receive } from "./receive.ts";
import { cardOf, failed } from "./replies.ts";

type Called = Extract<Inbound, { kind: "call" }>;
/** What a call came to: an answer, or an error such as a storage that can't be reached. */
type Outcome = { readonly reply: Answer | "later" } | { readonly error: unknown };
/** One that is read once, by whoever comes to it first, and knows its line from then on. */
type Reading = UnreadCall & Partial<Pick<InboundCall, "line">>;

/**
 * Answers one request of a platform in the time that it gives. A call that has no answer by then is put off as a slow command is:
 * the answer follows from this process or, if that ends first, from the worker. The first of the two has the effect; the other
 * finds its claim. Only a call of somebody who is known is read and written down, as soon as they are known; the answer to any other
 * is lost with this process.
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
  const outcome = await inTime(answerBy, running, parts);
  if (outcome) return atOnce(inbound, call, outcome, await known, parts);
  const asked = known.then((isKnown) => (isKnown ? readCall(call) : undefined));
  const soon = await inTime(wordBy, known, parts);
  if (soon === false) return atOnce(inbound, call, await running, false, parts);
  const read = soon && (await inTime(wordBy, asked, parts).catch(() => undefined));
  if (read && isForm(read, parts))
    return atOnce(inbound, call, { reply: { card: formTooLate } }, true, parts);
  const late = inbound.late(known);
  const written = writeDown(asked, late, parts);
  const said = inTime(wordBy, written, parts);
  void goOn({ call, late, known, running, written, said }, parts);
  await said;
  return late.answer;
}

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

/** What may not or can't be read, or not written down, is for this process alone to answer, and so is what asks for a form. */
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

/** Nobody owes an answer to somebody who is nobody here: what can't be given to them at once is lost. */
async function atOnce(
  inbound: Called,
  call: Reading,
  outcome: Outcome,
  isKnown: boolean,
  parts: Parts,
): Promise<HttpAnswer> {
  const tooMany = "error" in outcome && outcome.error instanceof TooMany ? outcome.error : undefined;
  if (tooMany && !tooMany.tells) return inbound.least;
  const reply = "error" in outcome ? failed(call, outcome.error, parts) : outcome.reply;
  if (reply === "later") return inbound.defer();
  try {
    return await inbound.render(reply);
  } catch (error) {
    if (!(error instanceof DeliveryRefused)) throw error;
    if (tooMany || !isKnown) return inbound.least;
    await owe(call, reply, parts);
    return { status: 200 };
  }
}

/** A call that was put off. */
interface PutOff {
  readonly call: Reading;
  readonly late: Late;
  /** Whether whoever calls is known here. */
  readonly known: Promise<boolean>;
  readonly running: Promise<Outcome>;
  readonly written: Promise<WorkMessage | undefined>;
  readonly said: Promise<unknown>;
}

/** Goes on with it. The worker can answer what was written down; only this process can answer the rest. */
async function goOn({ call, late, known, running, written, said }: PutOff, parts: Parts): Promise<void> {
  try {
    const arrived = said.then(() => parts.wait(onItsWay * 1000, new AbortController().signal));
    const [outcome, message] = await Promise.all([running, written, arrived]);
    // The worker tries it again.
    if (message && "error" in outcome) throw outcome.error;
    const reply = "error" in outcome ? failed(call, outcome.error, parts) : outcome.reply;
    if (reply === "later") return;
    if (message) return await answerLater(message, { reply }, parts);
    // Nobody has waited for that, as `defer` does, and the answer takes the place of what is shown.
    await late.shown;
    // Nobody looks for what follows the call of somebody who is nobody here, and nobody owes them an answer.
    if (!(await known)) return await late.tell(cardOf(reply));
    await tellOnce(call, reply, late.tell, parts);
  } catch (error) {
    parts.log.error("a late call did not get on here", error, { call: call.id });
  }
}

/** A form can't follow: it is the first answer, or a button that opens it. */
function isForm({ line, people, files }: InboundCall, { commands }: Parts): boolean {
  const command = commands.find(({ name }) => name === line.command);
  return command !== undefined && opensForm(command, line, people, files);
}

const formTooLate: Card = {
  title: "I couldn't open the form in time. Nothing was changed: try again.",
  tone: "bad",
};
