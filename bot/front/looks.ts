import { Stranger, TooMany } from "../core/errors.ts";

/** What a look at somebody came to. */
export type Looked = "stranger" | "known";

/** Who is being looked up at this moment, and how many of their calls wait for that. `most`: so many at once. */
export function looksAt(most: number) {
  const looks = new Map<string, { readonly over: Promise<Looked>; waiting: number }>();
  return {
    turn(key: string): Promise<Looked> | undefined {
      const look = looks.get(key);
      if (!look) return undefined;
      // Without a word: of those that wait, at least one has to wait longer, and is told so.
      if (look.waiting >= most) throw new TooMany(1, false);
      look.waiting += 1;
      return look.over;
    },
    looking(key: string, look: Promise<unknown>): void {
      if (looks.has(key)) return;
      const over = lookedFrom(look).finally(() => looks.delete(key));
      // Where nobody waits, nobody has to hear of it.
      over.catch(() => undefined);
      looks.set(key, { over, waiting: 0 });
    },
  };
}

/** A stranger is found by a look that ends so, and may have asked too much besides. */
const lookedFrom = (look: Promise<unknown>): Promise<Looked> =>
  look.then(
    () => "known",
    (error: unknown) => {
      if (error instanceof Stranger || error instanceof TooMany) return "stranger";
      throw error;
    },
  );
