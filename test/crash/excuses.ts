import { countsForNothing, directOf } from "./oracle.ts";
import type { Boundary, Undisturbed } from "./runs.ts";

type Seen = Pick<Undisturbed, "shown" | "answers">;

/**
 * What deaths may leave that is not so without them; everything else is a fault.
 * - Who dies while somebody waits for an answer gives none. What was promised as an answer then comes as a direct message, with the same
 *   words; what the dead process itself would have said and done with is not said. People who ask again are answered, and asked to confirm, again.
 * - A due row is written before the transaction that it is for: without that it is one too many, and finds nothing to do.
 * - An account is taken out of a member's record before their tie: without the account in the record that is one too many, and counts for nothing.
 * - In Teams nobody can ask whether a message has arrived: one that was sent and not yet marked as sent is sent once more, and a call that
 *   comes twice at once is answered twice. The one too many says what stood there at some moment without a death, too, or that it was shown
 *   once.
 * - In Teams what follows an answer is a message of its own where nobody could write down which message the answer is.
 * - What would only be remembered, and could not be, is found out again the next time: where somebody's own chat in Teams is.
 * - An answer that was put off, and that a dead process has owed, comes with the sweep: after the first message of what it started.
 * @param deaths where; for a call that failed otherwise, where that was
 * @param apology what the bot may say to somebody whose call failed
 */
export function unexcused(
  { shown, answers }: Seen,
  deaths: readonly Boundary[],
  found: readonly string[],
  apology?: string,
): readonly string[] {
  const inFront = deaths.filter(({ stage }) => stage === "front").length;
  const inCall = deaths.filter(({ stage }) => stage === "call").length;
  const doubling =
    deaths.filter((death) => death.stage === "front" || isUnmarked(death)).length +
    deaths.filter(isForgotten).length;
  const unremembered =
    apology === undefined ? 0 : deaths.filter(({ effect }) => effect === "cache PUT").length;
  const left = excess(
    [
      { most: deaths.length, is: (line) => line.startsWith('rows: too much ["due"') },
      { most: deaths.length, is: (line) => isIdleTie(line) },
      {
        most: inFront,
        is: (line) => /^audit: too much .*(was asked to confirm|asked for a link)/.test(line),
      },
      // A confirmation of many is two rows.
      { most: 2 * inFront, is: (line) => line === "passing: too much confirm" },
      // Each call that is seen for the first time.
      { most: 2 * inFront, is: (line) => line === "passing: too much claim" },
      { most: inFront, is: (line) => line === "passing: too much call" },
      { most: inFront, is: (line) => delivered.test(line) },
      { most: inFront, is: (line) => emptied.test(line) },
      { most: inCall, is: (line) => line.startsWith("order: ") },
      {
        most: unremembered,
        is: (line) => line.startsWith('rows: missing ["cache","cache","teams-reference-'),
      },
    ],
    found.filter((line) => !messageLine.test(line)),
  );
  const told = found.flatMap((line) => toldBy(line) ?? []);
  const missing = told.filter(({ isMissing }) => isMissing);
  const more = told.filter(({ isMissing }) => !isMissing);
  const moved = missing.flatMap((one) => {
    const index = more.findIndex((other) => isMove(one, other));
    return index < 0 ? [] : [[one, ...more.splice(index, 1)]];
  });
  const lost = missing.filter((one) => !moved.some(([from]) => from === one));
  return [
    ...left,
    ...(moved.length + lost.length > inFront ? [...moved.flat(), ...lost] : unsaid(lost, answers)),
    ...(more.length > doubling
      ? more
      : unsaid(more, shown).filter(
          ({ what }) => !what.includes(shownOnce) && (apology === undefined || !what.includes(apology)),
        )),
  ].map((each) => (typeof each === "string" ? each : each.line));
}

/** Of lines that may be there so often at most all, if there are more, and those that may not be there. */
function excess(
  kinds: readonly { readonly most: number; is(line: string): boolean }[],
  lines: readonly string[],
): readonly string[] {
  const found = Map.groupBy(lines, (line) => kinds.find(({ is }) => is(line)));
  return [...found].flatMap(([kind, those]) => (kind && those.length <= kind.most ? [] : those));
}

const isIdleTie = (line: string): boolean =>
  line.startsWith('rows: too much ["accounts",') && line.endsWith(`,"${countsForNothing}"]`);

/** What was promised as an answer, and has come as a direct message. */
const delivered =
  /^rows: too much \["state","account-[^"]+","delivery:<operation>",.*"isSent":true,"isUpToDate":true/;
const emptied = /^rows: too much \["state","account-[^"]+","inbox",\{"waiting":\[\]\}\]$/;

/** What the second of two answers says where the first has what is shown once. */
const shownOnce = "It was shown once.";

const isUnmarked = ({ effect }: Boundary): boolean =>
  effect.startsWith("teams POST") && effect.endsWith("/activities");

/** In Teams an answer is found again by a row in the cache; the card that it was shown in place of counts by itself. */
const isForgotten = ({ stage, effect }: Boundary): boolean => stage === "front" && effect === "cache PUT";

interface Told {
  readonly line: string;
  readonly isMissing: boolean;
  readonly isDirect: boolean;
  /** Who hears it, and what. */
  readonly what: string;
}

const messageLine = /^(?:messages|private): (missing|too much) ([\s\S]*)$/;

function toldBy(line: string): Told | undefined {
  const [, how, message] = messageLine.exec(line) ?? [];
  if (message === undefined) return undefined;
  return {
    line,
    isMissing: how === "missing",
    isDirect: message.startsWith(directOf("")),
    what: whatItSays(message),
  };
}

/** It says the same to the same person, in their direct messages. */
const isMove = (missing: Told, other: Told): boolean => other.isDirect && missing.what === other.what;

function unsaid(told: readonly Told[], said: ReadonlySet<string>): readonly Told[] {
  return told.filter(({ what }) => !said.has(what));
}

/**
 * What a message says to whom, wherever: to one person, or to all in a place. Discord's messages show at their foot of which delivery they
 * are, answers don't.
 * @param message `place, whom: text`
 */
export function whatItSays(message: string): string {
  const [, place = "", whom = "", text = ""] = /^(.+?), (\S+): ([\s\S]*)$/.exec(message) ?? [];
  const to = whom === "all" ? place : directOf(whom);
  return `${to}: ${text.replaceAll('"footer":{"text":"<operation>"},', "").replaceAll(" · <operation>", "")}`;
}
