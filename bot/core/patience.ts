/** How long a platform waits for the answer to a call. All of it in milliseconds. */
export interface Patience {
  /** When the platform began to wait, by its own clock; absent: when the call arrived. */
  readonly since?: Date | undefined;
  /** A call that has no answer by then is put off. */
  readonly answer: number;
  /** What a call has in any case, counted from its arrival. */
  readonly least: number;
  /** By then the platform has to hear that the answer follows. */
  readonly word: number;
}

/** Until when the answer to a call is waited for, and by when it must be said that it follows. */
export function deadlines(
  { since, answer, least, word }: Patience,
  arrived: Date,
): { readonly answerBy: Date; readonly wordBy: Date } {
  // Nothing arrives before it was sent: then the platform's clock is ahead of ours.
  const start = Math.min(since?.getTime() ?? Number.POSITIVE_INFINITY, arrived.getTime());
  const answerBy = Math.max(start + answer, arrived.getTime() + least);
  return { answerBy: new Date(answerBy), wordBy: new Date(Math.max(start + word, answerBy)) };
}
