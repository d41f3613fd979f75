import type { Look, LookFor, Truth } from "./cloud.ts";

type Part = keyof Truth;

/** The name by which each part is looked up, if it needs one. */
const nameOf: { readonly [P in Part]-?: keyof LookFor | undefined } = {
  vm: undefined,
  nic: undefined,
  publicIp: undefined,
  networkSecurityGroup: undefined,
  osDisk: undefined,
  homeDisk: undefined,
  snapshot: "snapshot",
  snapshots: undefined,
  logins: undefined,
  roles: "rolesOf",
  identity: undefined,
  secret: undefined,
  deployment: "deployment",
  building: "deployment",
  run: "run",
};

/** Thrown from a decision that needs something not read yet. */
class Unread extends Error {
  readonly read: () => Promise<void>;
  constructor(what: string, read: () => Promise<void>) {
    super(`${what} was not read`);
    this.read = read;
  }
}

/** Reads something only when a decision needs it. Call it only within a `decider`, which repeats the decision once it is read. */
export function onceAsked<T>(what: string, read: () => Promise<T>): () => T {
  let known: { readonly value: T } | undefined;
  return () => {
    if (known) return known.value;
    throw new Unread(what, async () => {
      known = { value: await read() };
    });
  };
}

/**
 * Takes decisions on what is true now, and reads only what they touch, when they touch it. A decision may therefore run several
 * times until everything it needs is read; it is pure, so that is safe. A part without a name counts as absent.
 * @throws whatever `read` throws
 */
export function decider(names: LookFor, read: (look: Look) => Promise<Truth>) {
  const known: Partial<Record<Part, unknown>> = {};
  const truth: Truth = {};
  for (const part of keysOf(nameOf))
    Object.defineProperty(truth, part, {
      get() {
        const by = nameOf[part];
        if (by !== undefined && !names[by]) return undefined;
        if (part in known) return known[part];
        throw new Unread(part, async () => {
          Object.assign(known, { [part]: undefined }, await read({ ...names, parts: [part] }));
        });
      },
    });
  return async function decided<T>(decide: (truth: Truth) => T): Promise<T> {
    for (;;) {
      try {
        return decide(truth);
      } catch (error) {
        if (!(error instanceof Unread)) throw error;
        await error.read();
      }
    }
  };
}

function keysOf<T extends object>(of: T): readonly Extract<keyof T, string>[] {
  const keys: Extract<keyof T, string>[] = [];
  for (const key in of) keys.push(key);
  return keys;
}
