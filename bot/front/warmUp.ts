import type { Piece } from "../core/platform.ts";
import type { Parts } from "../parts.ts";

type Needed = Pick<Parts, "clock" | "wait" | "log" | "platforms"> & {
  readonly store: Pick<Parts["store"], "memberOf">;
  readonly queue: Pick<Parts["queue"], "depth">;
};

/** A pause in which waiting calls can start. In milliseconds. */
const restMs = 20;

/**
 * Prepares what the first call would otherwise wait for, one piece after the other, and none while a call is in progress: a call
 * waits for the piece that is being loaded, and no longer. A piece that fails is left to the call that needs it.
 */
export async function warmUp(parts: Needed, isBusy: () => boolean): Promise<void> {
  const { clock, wait, log } = parts;
  const took: Record<string, number> = {};
  for (const { name, load } of piecesOf(parts)) {
    do await wait(restMs, new AbortController().signal);
    while (isBusy());
    const began = clock.now().getTime();
    try {
      await load();
      took[name] = clock.now().getTime() - began;
    } catch (error) {
      log.info("a piece could not be loaded beforehand", { piece: name, why: String(error) });
    }
  }
  log.info("the bot is warm", { milliseconds: took });
}

/** What is needed most comes first. The storage includes its token and the connection to it. */
const piecesOf = ({ store, queue, platforms }: Needed): readonly Piece[] => [
  { name: "storage", load: () => store.memberOf({ platform: "none", id: "none" }) },
  { name: "queue", load: () => queue.depth() },
  ...Object.values(platforms).flatMap(({ pieces = [] }) => pieces),
];
