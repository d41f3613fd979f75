/** At most this many items. */
export async function first<T>(most: number, items: AsyncIterable<T>): Promise<readonly T[]> {
  const found: T[] = [];
  for await (const item of items) {
    found.push(item);
    if (found.length === most) break;
  }
  return found;
}

/** All items. */
export const all = <T>(items: AsyncIterable<T>): Promise<readonly T[]> =>
  first(Number.POSITIVE_INFINITY, items);
