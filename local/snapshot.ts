/** A simulator's state at one moment. */
export type Snapshot<T> = Readonly<T>;

/** A copy of a state that later changes don't affect. */
export const snapshotOf = <T extends object>(state: T): Snapshot<T> => structuredClone(state);

/** Restores a state in place. */
export function putBack<T extends object>(state: T, snapshot: Snapshot<T>): void {
  for (const key of Object.keys(state)) if (!(key in snapshot)) Reflect.deleteProperty(state, key);
  Object.assign(state, structuredClone(snapshot));
}
