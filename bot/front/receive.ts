import { helpButton, statusButton } from "../cards/instanceButtons.ts";
import type { Answer, Reply } from "../core/card.ts";
import { minuteMs } from "../core/clock.ts";
import type { Call, Command, OptionSpecs, Options } from "../core/command.ts";
import { AccountTaken, Conflict, nothingChanged, Refusal, Stranger } from "../core/errors.ts";
import { type Instance, noGeneration } from "../core/instance.ts";
import { callMinutes } from "../core/lifetimes.ts";
import type { Member } from "../core/member.ts";
import { accountPartition } from "../core/names.ts";
import { type InboundCall, readCall, type UnreadCall } from "../core/platform.ts";
import { quoted } from "../core/quoted.ts";
import type { DeferredCall } from "../core/records.ts";
import type { Row } from "../core/store.ts";
import { botOf, type Cause, carryOut } from "../engine/carryOut.ts";
import { isAdminNow, withPolicy } from "../engine/now.ts";
import type { Allowance, Parts } from "../parts.ts";
import { allowedHere } from "./allowedHere.ts";
import { withChoices } from "./choices.ts";
import { asAnswer, askerOf, remembered } from "./claims.ts";
import { defer } from "./defer.ts";
import { parseOptions } from "./options.ts";
import { failed, refusal, refused } from "./replies.ts";
import { toStranger } from "./stranger.ts";

/** The caller, found by the account that the platform vouches for. */
interface Caller {
  /** The partition for rows about their calls: their own if they have one. */
  readonly partition: string;
  readonly earlier: Awaited<ReturnType<typeof askerOf>>["earlier"];
  readonly member: Row<Member> | undefined;
  readonly instance: Row<Instance> | undefined;
  readonly admin: boolean;
}

/**
 * Answers one call within the time that a platform allows: reads, decides, writes one transaction, sends one queue message, and
 * waits for nothing else. "later": the answer follows as a delivery.
 * @param found called as soon as the caller is known to be allowed; nothing of the call is read before that
 * @throws TooMany before anything is read or written
 * @throws if the storage can't be reached
 */
export async function receive(
  unread: UnreadCall,
  parts: Parts,
  found: () => void = () => {},
): Promise<Answer | "later"> {
  const turn = parts.limits.turn(unread.account);
  const isStranger = turn !== undefined && (await turn) === "stranger";
  const from = parts.limits.admit(unread);
  const isForeign = unread.place === "foreign";
  if ((isForeign || isStranger) && from === "own") parts.limits.admitStranger(unread.account.platform);
  return answering(async () => {
    if (isForeign) return refusal("I work for one team only, in its own place.");
    if (isStranger) return toStranger(unread, parts);
    const admitting = admitted(unread, from, found, parts);
    parts.limits.looking(unread.account, admitting);
    const [caller, current] = await Promise.all([admitting.catch(ifStranger), withPolicy(parts)]);
    if (!caller) return toStranger(unread, parts);
    const earlier = (await caller.earlier()).answer;
    if (earlier) return earlier;
    return remembering(unread, caller, parts, async () => {
      const call = await readCall(unread);
      const { command, options } = understand(call, caller, current);
      if ("form" in options) return { form: await withChoices(options.form, command, caller, current) };
      if (!command.slow) return run(call, caller, command, options.options, current, { answersNext: true });
      await defer(call, parts);
      return "later";
    });
  });
}

/** @throws any other error */
function ifStranger(error: unknown): undefined {
  if (!(error instanceof Stranger)) throw error;
}

/** A known caller's refused call is refused again when replayed, even if it would be possible by then. */
async function remembering<T extends Reply | "later">(
  call: Pick<UnreadCall, "id">,
  caller: Caller,
  parts: Parts,
  decide: () => Promise<T>,
): Promise<T | Reply> {
  try {
    return await decide();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return remembered(call, caller, refused(error), parts);
  }
}

/** A call that waited this long, as after an outage of hours, may no longer be wanted. */
const staleMs = callMinutes * minuteMs;

/**
 * Runs a deferred call in the worker. Run twice, it has one effect and the same answer. Unexpected errors are retried, and answered
 * after the last attempt.
 * @throws what is worth another attempt
 */
export async function runDeferred(call: DeferredCall, isLastTry: boolean, parts: Parts): Promise<Reply> {
  const inbound: InboundCall = { ...call, place: "team" };
  const answer = answering(async () => {
    const { earlier, caller } = await lookUp(inbound, parts);
    const { answer: given } = await earlier();
    if (given) return given;
    if (!caller) throw new Stranger();
    return remembering(inbound, caller, parts, async () => {
      if (parts.clock.now().getTime() - Date.parse(call.at) > staleMs)
        throw new Refusal(
          `You sent that more than ${callMinutes} minutes ago, and I only got to it now. Nothing was changed. Send it again if you still want it.`,
        );
      const { command, options } = understand(inbound, caller, parts);
      if ("form" in options) return refusal(`“${command.name}” needs more.`);
      return run(inbound, caller, command, options.options, parts);
    });
  });
  return answer.catch((error: unknown) => {
    // Someone else was faster at each attempt to decide again.
    if (!isLastTry && !(error instanceof Conflict)) throw error;
    return giveUp(inbound, failed(call, error, parts), parts);
  });
}

/** Makes this the answer for good, unless someone else who was still at it was faster. */
const giveUp = (call: InboundCall, reply: Reply, parts: Parts): Promise<Reply> =>
  answering(async () => {
    const { earlier, caller } = await lookUp(call, parts);
    const { answer: given } = await earlier();
    if (given) return given;
    if (!caller) throw new Stranger();
    return remembered(call, caller, reply, parts);
  });

/** The caller, whose limit is known from then on. @throws TooMany if strangers sent too many calls */
async function admitted(
  call: Pick<UnreadCall, "id" | "account">,
  from: Allowance,
  found: () => void,
  parts: Parts,
): Promise<Caller> {
  const { account } = call;
  try {
    const caller = await findCaller(call, parts);
    parts.limits.found(account, caller.admin ? "admin" : "member");
    found();
    return caller;
  } catch (error) {
    if (!(error instanceof Stranger)) throw error;
    parts.limits.found(account, "stranger");
    if (from === "own") parts.limits.admitStranger(account.platform);
    throw error;
  }
}

async function findCaller(call: Pick<UnreadCall, "id" | "account">, parts: Parts): Promise<Caller> {
  const { caller } = await lookUp(call, parts);
  if (!caller) throw new Stranger();
  return caller;
}

/** The caller, unless they are a stranger or no longer a member; and in any case what is known of their call. */
async function lookUp(
  call: Pick<UnreadCall, "id" | "account">,
  parts: Parts,
): Promise<Pick<Caller, "earlier"> & { readonly caller?: Caller }> {
  const { account } = call;
  const { member, instance, earlier } = await askerOf(call, parts);
  const active = member?.value.status === "active" ? member : undefined;
  const admin = await isAdminNow(account, active?.value, parts);
  if (!active && !admin) return { earlier };
  const partition = active ? active.value.key : accountPartition(account);
  return { earlier, caller: { partition, earlier, member: active, instance: active && instance, admin } };
}

function understand(call: InboundCall, caller: Caller, parts: Parts) {
  const command = parts.commands.find((candidate) => candidate.name === call.line.command);
  const rights = { member: caller.member !== undefined, admin: caller.admin };
  if (!command) {
    const said = call.line.command.trim();
    const what = said === "" ? "That isn't a command." : `I don't know ${quoted(said)}.`;
    throw new Refusal(`${what} Type help to see what you can do here.`, [helpButton]);
  }
  if (!command.strangers && !allowedHere(command.audience, rights))
    throw new Refusal(
      command.audience === "admin"
        ? "Only admins can do that."
        : "You're an admin, but not on the roster yourself. First, add yourself with /openclaw-admin roster add.",
    );
  const current = caller.instance?.value.generation ?? noGeneration;
  if (command.bound && call.line.generation !== undefined && call.line.generation !== current)
    throw current === noGeneration
      ? nothingChanged("That button belongs to an instance that no longer exists.")
      : new Refusal(
          "That button belongs to an earlier instance, not your current one. Nothing was changed. Use the newest card: Status shows it.",
          [statusButton(caller.instance?.value)],
        );
  return { command, options: parseOptions(command, call.line, call.people, call.files) };
}

async function run(
  inbound: InboundCall,
  caller: Caller,
  command: Command,
  options: Readonly<Record<string, unknown>>,
  parts: Parts,
  how: Pick<Cause, "answersNext"> = {},
): Promise<Answer> {
  const call: Call = {
    id: inbound.id,
    account: inbound.account,
    member: caller.member,
    instance: caller.instance,
    admin: caller.admin,
    // Parsed by the command's own definition, from which this type is also derived.
    options: options as Options<OptionSpecs>,
    line: inbound.line,
    replyTo: inbound.replyTo,
  };
  const { reply, write } = await command.run(call, botOf(parts));
  // A call that changed nothing because something else was in progress must change nothing when replayed later, either.
  if (!write) return remembered(call, caller, reply, parts);
  const followed = await carryOut(
    write,
    { ...call, member: caller.member?.value.key, partition: caller.partition, reply, ...how },
    parts,
  );
  return asAnswer(reply, followed);
}

/** Turns what the caller can fix into an answer. On a conflict someone was faster: decide again on what is true now. */
async function answering<T extends Reply | "later">(answer: () => Promise<T | Reply>): Promise<T | Reply> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await answer();
    } catch (error) {
      if (error instanceof Refusal) return refused(error);
      if (error instanceof AccountTaken)
        return refusal("That account is already linked to another member. Nothing was changed.");
      if (!(error instanceof Conflict) || tries === 4) throw error;
    }
  }
}
