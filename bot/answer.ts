import { answerLater, owe, tellOnce } from "./answerLater.ts";
import type { Card, Reply } from "./core/card.ts";
import { DeliveryRefused } from "./core/errors.ts";
import { opensForm } from "./core/options.ts";
import { deadlines } from "./core/patience.ts";
import type { HttpAnswer, Inbound, InboundCall, InboundRequest, Late, Platform } from "./core/platform.ts";
import type { WorkMessage } from "./core/store.ts";
import { defer } from "./defer.ts";
import { inTime } from "./inTime.ts";
import type { Parts } from "./parts.ts";
import { failed, receive } from "./receive.ts";

type Called = Extract<Inbound, { kind: "call" }>;
/** What a call came to: an answer, or an error such as a storage that can't be reached. */
type Outcome = { readonly reply: Reply | "later" } | { readonly error: unknown };

/**
 * Answers one request of a platform in the time that it gives. A call that has no answer by then is put off as a slow command is:
 * the answer follows from this process or, if that ends first, from the worker. The first of the two has the effect; the other
 * finds its claim.
 */
export async function answer(
  platform: Platform | undefined,
  request: InboundRequest,
  parts: Parts,
): Promise<HttpAnswer> {
  if (!platform) return { status: 404 };
  const arrived = parts.clock.now();
  const inbound = await platform.receive(request);
  if (inbound.kind === "answer") return inbound.answer;
  const { call } = inbound;
  const { answerBy, wordBy } = deadlines(inbound.patience, arrived);
  const running = receive(call, parts).then(
    (reply): Outcome => ({ reply }),
    (error: unknown): Outcome => ({ error }),
  );
  const outcome = await inTime(answerBy, running, parts);
  if (outcome) return atOnce(inbound, outcome, parts);
  if (isForm(call, parts)) return atOnce(inbound, { reply: { card: formTooLate } }, parts);
  const late = inbound.late();
  const written = defer(call, parts, late.shown).catch((error: unknown) => {
    parts.log.error("a late call could not be written down", error, { call: call.id });
    return undefined;
  });
  const said = inTime(wordBy, written, parts);
  void goOn(call, late, running, written, said, parts);
  await said;
  return late.answer;
}

/** An answer that arrives before the platform has heard that it follows is lost or overwritten. In milliseconds. */
const onItsWay = 1000;

async function atOnce(inbound: Called, outcome: Outcome, parts: Parts): Promise<HttpAnswer> {
  const reply = "error" in outcome ? failed(inbound.call, outcome.error, parts) : outcome.reply;
  if (reply === "later") return inbound.defer();
  try {
    return await inbound.render(reply);
  } catch (error) {
    if (!(error instanceof DeliveryRefused)) throw error;
    await owe(inbound.call, reply, parts);
    return { status: 200 };
  }
}

/** Goes on with a call that was put off. The worker can answer what was written down; only this process can answer the rest. */
async function goOn(
  call: InboundCall,
  late: Late,
  running: Promise<Outcome>,
  written: Promise<WorkMessage | undefined>,
  said: Promise<unknown>,
  parts: Parts,
): Promise<void> {
  try {
    const arrived = said.then(() => parts.wait(onItsWay, new AbortController().signal));
    const [outcome, message] = await Promise.all([running, written, arrived]);
    // The worker tries it again.
    if (message && "error" in outcome) throw outcome.error;
    const reply = "error" in outcome ? failed(call, outcome.error, parts) : outcome.reply;
    if (reply === "later") return;
    if (message) return await answerLater(message, { reply }, parts);
    await tellOnce(call, reply, late.tell, parts);
  } catch (error) {
    parts.log.error("a late call did not get on here", error, { call: call.id });
  }
}

/** A form can't follow: it is the first answer or none. */
function isForm({ line, people, files }: InboundCall, { commands }: Parts): boolean {
  const command = commands.find(({ name }) => name === line.command);
  return command !== undefined && opensForm(command, line, people, files);
}

const formTooLate: Card = {
  title: "I couldn't open the form in time. Nothing was changed: try again.",
  tone: "bad",
};
