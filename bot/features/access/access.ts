import type { Fault } from "../../core/errors.ts";
import type { Instance } from "../../core/instance.ts";
import { namesOf } from "../../core/names.ts";
import { type Operation, openNow, type Step, type View } from "../../core/operation.ts";
import { anew, ask, clearing, isUnderWay, runOf, wasHeard } from "../../steps/ask.ts";
import { deadlinePassed, overdue } from "../../steps/overdue.ts";
import { isReached, withoutRepeats } from "../../steps/ranges.ts";
import { sameSet, sshWanted } from "../../steps/ssh.ts";
import { accessCard, openCard } from "./accessCard.ts";

/** Makes the network rule match the record: opens, closes, and ends the sessions of addresses that are no longer open. */
export const access: Operation = {
  name: "access",
  exclusive: false,
  deadlineSeconds: 15 * 60,
  forLeavers: true,
  // Opening can wait, unless it also closes another address.
  urgent: ({ input, notes }) => input.address === undefined || notes["closed"] !== undefined,
  quiet: true,
  look: (operation) => ({ run: runOf(operation, "sessions") }),
  next(view) {
    const { truth, operation, instance, now } = view;
    if (view.fault) return refused(view, view.fault);
    const open = openNow(instance, now).map(({ address }) => address);
    // The running script spares exactly the addresses that are still open.
    if (operation.notes["except"] === open.join(" ") && isUnderWay(view)) return endSessions(view, open);
    // Without a network security group no one can connect and nothing has to be closed, but a build may be about to create it.
    if (!truth.networkSecurityGroup)
      return operation.input.address
        ? failed(view, nowhere(view))
        : { finish: "succeeded", instance: instance.operation ? {} : { networkPolicy: "locked" } };
    const { sshFrom: found, changing } = truth.networkSecurityGroup;
    const wanted = sshWanted(view);
    const everybody = wanted.includes("*");
    if (!sameSet(wanted, found)) {
      if (overdue(access, view) && !operation.notes["told"]) return refused(view, deadlinePassed(view));
      const closes = found.some((address) => !isReached(address, wanted));
      // Noted before it is done, so that the sessions are ended even if the process dies in between.
      if (closes && !operation.notes["closed"])
        return {
          waitSeconds: 0,
          phase: "access",
          notes: { closed: now.toISOString(), except: open.join(" ") },
        };
      if (changing) return { waitSeconds: 2, phase: "access" };
      return {
        act: { do: "allowSsh", from: wanted, found },
        againInSeconds: operation.notes["told"] ? 60 : 1,
        phase: "access",
        instance: { access: openNow(instance, now) },
      };
    }
    const seen = {
      instance: { networkPolicy: everybody ? "open" : "locked", ...replaced(instance) },
    } as const;
    if (!operation.notes["closed"] || (everybody && !overdue(access, view)))
      return { finish: "succeeded", ...seen };
    return overdue(access, view)
      ? { finish: "succeeded", notes: { sessions: "stay" }, ...seen }
      : { ...endSessions(view, open), ...seen };
  },
  card: accessCard,
};

/** A range in the rule replaces the addresses that it includes. */
function replaced({ access }: Instance): Pick<Partial<Instance>, "access"> {
  const left = withoutRepeats(access);
  return left.length < access.length ? { access: left } : {};
}

/** Opening may fail. Closing is tried for ever, and the admins get one message about it. */
function refused(view: View, fault: Fault): Step {
  const { operation, member, now, blind } = view;
  if (operation.input.address && !operation.notes["closed"]) return failed(view, fault);
  const told = operation.notes["told"] !== undefined;
  return {
    waitSeconds: told ? 60 : 5,
    phase: "blocked",
    notes: { told: now.toISOString() },
    tellAdmins: told ? undefined : openCard(member, operation, fault, blind),
  };
}

/**
 * An address that could not be opened leaves the record, unless it is open in Azure: otherwise it would never be closed. If Azure can't be
 * asked, its time ends now, so that it is closed as soon as Azure answers and no start opens it. An address that was open before stays.
 */
function failed({ truth, operation, instance, blind, now }: View, fault: Fault): Step {
  const { address: wanted, wasOpen } = operation.input;
  const left = instance.access.flatMap((access) => {
    if (access.address !== wanted || isReached(wanted, truth.networkSecurityGroup?.sshFrom ?? []))
      return [access];
    if (!blind) return [];
    return [wasOpen ? access : { ...access, until: now.toISOString() }];
  });
  return { finish: "failed", fault, instance: { access: left } };
}

const nowhere = ({ operation, member }: View): Fault => ({
  code: "Vanished",
  detail: `the network security group of ${namesOf(member.key).vm} does not exist in Azure`,
  correlation: operation.id,
});

/** Azure does not cut existing connections, so the VM has to. The script runs again for addresses closed since it started. */
function endSessions(view: View, except: readonly string[]): Step {
  const { operation } = view;
  const left = except.join(" ");
  const asked = operation.notes["except"];
  if (!view.truth.run && view.truth.vm?.power !== "running") return { finish: "succeeded" };
  // Noted before the script starts.
  if (!view.truth.run && asked !== left)
    return { waitSeconds: 0, phase: "sessions", notes: { except: left } };
  if (asked !== left)
    // A running run command is not deleted: its script would continue anyway.
    return {
      waitSeconds: 0,
      phase: "sessions",
      ...anew(operation, "sessions", { except: left }),
      ...(isUnderWay(view) ? { clear: [] } : {}),
    };
  if (!isUnderWay(view) && view.truth.vm?.power !== "running") return { finish: "succeeded" };
  const step = ask(view, "sessions", (given) => ({ do: "endSessions", except, ...given }), "sessions");
  if (!wasHeard(step)) return step;
  const sessions = step.heard.state === "succeeded" ? "ended" : "stay";
  return clearing({ finish: "succeeded", notes: { sessions } }, step.heard.name);
}
