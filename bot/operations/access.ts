import { accessCard } from "../core/cards/accessCard.ts";
import { openNow } from "../core/cards/connect.ts";
import type { Operation, View } from "../core/operation.ts";
import { deadlinePassed, overdue } from "./overdue.ts";

/** The run command that ends the sessions of addresses that may no longer reach SSH. */
const endRun = (operation: string): string => `sessions-${operation}`;

/** Makes the network rule say what the record says: opens, closes, and ends the sessions of those who are out. */
export const access: Operation = {
  name: "access",
  exclusive: false,
  deadlineSeconds: 15 * 60,
  forLeavers: true,
  quiet: true,
  look: (operation) => ({ parts: ["vm", "network"], run: endRun(operation.id) }),
  next(view) {
    const { truth, operation, instance, now } = view;
    if (view.fault) return { finish: "failed", fault: view.fault };
    if (overdue(access, view)) return { finish: "failed", fault: deadlinePassed(view) };
    // No network group: nobody can get in, and nothing has to be closed.
    if (!truth.networkSecurityGroup) return { finish: "succeeded" };
    const wanted = openNow(instance, now).map((open) => open.address);
    const found = truth.networkSecurityGroup.sshFrom;
    if (!sameSet(wanted, found)) {
      const closes = found.some((address) => !wanted.includes(address));
      // Remembered before it is done, so that the sessions are ended even if the process dies in between.
      if (closes && !operation.notes["closed"])
        return { waitSeconds: 0, phase: "access", notes: { closed: now.toISOString() } };
      return {
        act: { do: "allowSsh", from: wanted },
        againInSeconds: 1,
        phase: "access",
        instance: { access: openNow(instance, now) },
      };
    }
    return operation.notes["closed"] ? endSessions(view, wanted) : { finish: "succeeded" };
  },
  card: accessCard,
};

/** Azure does not cut what is already connected, so the VM itself has to. */
function endSessions({ truth, operation }: View, except: readonly string[]) {
  const run = endRun(operation.id);
  const phase = "sessions";
  const ended = operation.notes["sessions"];
  if (ended && truth.run) return { act: { do: "deleteRun", run }, againInSeconds: 1, phase } as const;
  if (ended || truth.vm?.power !== "running") return { finish: "succeeded" } as const;
  switch (truth.run?.state) {
    case undefined:
      return { act: { do: "endSessions", run, except }, againInSeconds: 2, phase } as const;
    case "pending":
    case "running":
      return { waitSeconds: 3, phase } as const;
    case "succeeded":
      return { waitSeconds: 0, phase, notes: { sessions: "ended" } } as const;
    case "failed":
      return { waitSeconds: 0, phase, notes: { sessions: "stay" } } as const;
  }
}

const sameSet = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((item) => b.includes(item));
