/** What a simulator holds at a moment. */
export type Snapshot<T> = Readonly<T>;

/** A copy of a state, which later changes leave as it is. */
export const snapshotOf = <T extends object>(state: T): Snapshot<T> => structuredClone(state);

/** Makes a state, in place, what it was. */
export function putBack<T extends object>(state: T, snapshot: Snapshot<T>): void {
  for (const key of Object.keys(state)) if (!(key in snapshot)) Reflect.deleteProperty(state, key);
  Object.assign(state, structuredClone(snapshot));
}
