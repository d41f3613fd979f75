import { accessCard, openCard } from "../core/cards/accessCard.ts";
import { openNow } from "../core/cards/connect.ts";
import type { Fault } from "../core/fault.ts";
import { namesOf } from "../core/names.ts";
import type { Operation, Step, View } from "../core/operation.ts";
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
    if (view.fault) return refused(view, view.fault);
    // No network group: nobody can get in, and nothing has to be closed.
    if (!truth.networkSecurityGroup)
      return operation.input.address ? failed(view, nowhere(view)) : { finish: "succeeded" };
    const wanted = openNow(instance, now).map((open) => open.address);
    const found = truth.networkSecurityGroup.sshFrom;
    if (!sameSet(wanted, found)) {
      if (overdue(access, view) && !operation.notes["told"]) return refused(view, deadlinePassed(view));
      const closes = found.some((address) => !wanted.includes(address));
      // Remembered before it is done, so that the sessions are ended even if the process dies in between.
      if (closes && !operation.notes["closed"])
        return { waitSeconds: 0, phase: "access", notes: { closed: now.toISOString() } };
      return {
        act: { do: "allowSsh", from: wanted },
        againInSeconds: operation.notes["told"] ? 60 : 1,
        phase: "access",
        instance: { access: openNow(instance, now) },
      };
    }
    if (!operation.notes["closed"]) return { finish: "succeeded" };
    return overdue(access, view)
      ? { finish: "succeeded", notes: { sessions: "stay" } }
      : endSessions(view, wanted);
  },
  card: accessCard,
};

/** What shall be opened may fail; what shall be closed is tried for ever, and the admins hear of it once. */
function refused(view: View, fault: Fault): Step {
  const { operation, member, now } = view;
  if (operation.input.address && !operation.notes["closed"]) return failed(view, fault);
  const told = operation.notes["told"] !== undefined;
  return {
    waitSeconds: told ? 60 : 5,
    phase: "blocked",
    notes: { told: now.toISOString() },
    tellAdmins: told ? undefined : openCard(member, operation, fault),
  };
}

/** An address that could not be opened is not on record as open. */
const failed = ({ operation, instance }: View, fault: Fault): Step => ({
  finish: "failed",
  fault,
  instance: { access: instance.access.filter(({ address }) => address !== operation.input.address) },
});

const nowhere = ({ operation, member }: View): Fault => ({
  code: "Vanished",
  detail: `the network security group of ${namesOf(member.key).vm} does not exist in Azure`,
  correlation: operation.id,
});

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
