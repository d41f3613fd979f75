import type { PlatformName } from "./front.ts";
import type { Boundary } from "./runs.ts";

const confirming = /^audit: too much .*(was asked to confirm|asked for a link)/;
const reminder = /^rows: too much \["due"/;
const ofCalls = /^(private|passing: too much|rows: too much \["state","account-[^"]+","(delivery|inbox))/;

/**
 * What one death may leave that is not so without it; everything else is a fault.
 * - Who dies while somebody waits for an answer gives none. What was promised as an answer then comes as a message of its own, and
 *   people who ask again are answered, and asked to confirm, again.
 * - A reminder is written before the transaction that it is for: without that it is one too many, and finds nothing to do.
 * - In Teams nobody can ask whether a message has arrived: one that was sent and not yet marked as sent is sent once more, and a call that
 *   comes twice at once is answered twice.
 */
export function unexcused(
  platform: PlatformName,
  deaths: readonly Boundary[],
  found: readonly string[],
): readonly string[] {
  const inFront = deaths.filter(({ stage }) => stage === "front").length;
  const unmarked = deaths.filter(isUnmarked).length;
  const isTeams = platform === "teams";
  const count = (start: string) => found.filter((line) => line.startsWith(start)).length;
  const more = count("messages: too much") <= inFront + unmarked;
  // In Teams an answer in somebody's own chat is a message like all.
  const fewer = count("messages: missing") <= (isTeams ? inFront : 0);
  const isMoved = more && fewer && inFront + unmarked > 0;
  return found.filter((line) => {
    if (line.startsWith("messages")) return !isMoved;
    if (reminder.test(line)) return false;
    if (inFront > 0 && (confirming.test(line) || ofCalls.test(line))) return false;
    return !(line.startsWith("private: too much") && count("private: too much") <= unmarked);
  });
}

const isUnmarked = ({ effect }: Boundary): boolean =>
  effect.startsWith("teams POST") && effect.endsWith("/activities");
