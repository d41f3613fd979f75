/** Milliseconds since 1970 with fractions, so that two processes can compare theirs. */
export const now = (): number => performance.timeOrigin + performance.now();
