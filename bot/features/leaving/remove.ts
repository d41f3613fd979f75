import { blockedCard, leaverCard, putBackButton, putBackFooter } from "../../cards/leaverCard.ts";
import { answered } from "../../cards/operationCards.ts";
import { lastOfLeaver } from "../../cards/vaultLeft.ts";
import type { Card } from "../../core/card.ts";
import type { Action, Truth } from "../../core/cloud.ts";
import type { Fault } from "../../core/errors.ts";
import type { Instance } from "../../core/instance.ts";
import { keptUntil } from "../../core/lifetimes.ts";
import { instanceDeployment } from "../../core/names.ts";
import type { Operation, Progress, Step, View } from "../../core/operation.ts";
import type { Effects, Stepped } from "../../parts.ts";
import { deadlinePassed, straySeconds } from "../../steps/overdue.ts";
import { isLeft, keptDisk } from "../../steps/remains.ts";

/** After this many seconds without success, the bot alerts the admins. */
const longSeconds = 10 * 60;

/**
 * Closes everything that a removed member could still use: the running VM (stopping it ends their sessions), the network, and
 * the roles. It never gives up: each look tries again.
 */
export const remove: Operation = {
  name: "remove",
  exclusive: true,
  deadlineSeconds: Number.POSITIVE_INFINITY,
  forLeavers: true,
  urgent: () => true,
  quiet: true,
  look(operation, { member, instance }) {
    const build = operation.input.supersedes ?? instance.generation;
    return {
      deployment: build && instanceDeployment(member.key, build),
      rolesOf: member.objectId,
    };
  },
  next(view) {
    const { truth, operation, instance, now, settings } = view;
    const seenAt = now.toISOString();
    const phase = "removing";
    if (view.fault && view.passesIn !== undefined) return goingOn(view, view.fault, view.passesIn);
    if (view.fault) return refused(view, view.fault);
    if (view.elapsedSeconds > longSeconds && !operation.notes["told"]) return tell(view, tooLong(view));
    const closing = closings(view);
    // Take turns, so that one refusal by Azure doesn't keep the rest open.
    const act = closing[Number(operation.notes["refused"] ?? 0) % closing.length];
    if (act?.do === "cancelDeployment")
      return { act, againInSeconds: 1, phase, notes: { cancelSent: seenAt } };
    if (act?.do === "deallocate") {
      const patience = view.elapsedSeconds > longSeconds ? 60 : 5;
      return { act, againInSeconds: closing.length > 1 ? 1 : patience, phase, notes: { cut: seenAt } };
    }
    if (act) return { act, againInSeconds: 1, phase, instance: { access: [] } };
    const stopped = !truth.vm || truth.vm.power === "deallocated";
    if (!stopped || truth.deployment?.state === "running") return { waitSeconds: 3, phase };
    if (operation.input.supersedes && view.elapsedSeconds < straySeconds) return { waitSeconds: 5, phase };
    const left = isLeft(truth, "unmounted");
    const until = keptUntil(now, settings);
    const roles = elsewhere(truth, false);
    return {
      finish: "succeeded",
      phase: "removed",
      instance: {
        state: truth.vm ? "stopped" : left ? "broken" : "absent",
        seenAt,
        access: [],
        removal: operation.id,
        keptUntil: until.toISOString(),
        generation: left ? (instance.generation ?? operation.id) : undefined,
        homeDisk: truth.vm ? instance.homeDisk : keptDisk(truth, now),
      },
      tellAdmins: leftCard(view, { left, roles, until }),
    };
  },
  card: (view) => ({
    ...answered(view, {
      running: `${view.member.name} is off the roster. Closing their access now.`,
      succeeded: `${view.member.name} is off the roster. ${view.instance.state === "stopped" ? "Their VM is stopped, its network closed, and their roles revoked." : "Their roles are revoked."}`,
      failed: `${view.member.name} is off the roster, but Azure refused to close their access.`,
    }),
    buttons: [putBackButton(view.member.key, view.operation.id)],
    footer: putBackFooter,
    ...(view.operation.status === "succeeded"
      ? { text: "They may still know any shared keys. Rotate those keys." }
      : {}),
  }),
};

/** What the admins hear about what is left. Secret and identity count only if nothing else is left, not even a snapshot that is deleted later. */
function leftCard(
  { truth, instance, operation, member, settings }: View,
  { left, roles, until }: { readonly left: boolean; readonly roles: readonly string[]; readonly until: Date },
): Card | undefined {
  const generation = instance.generation ?? operation.id;
  if (left || truth.homeDisk || roles.length > 0)
    return leaverCard({ member, generation, truth, left, roles, settings, keptUntil: until });
  // A leaver who never had a VM could set no key, so nothing in the vault needs a look.
  const gone = { ...instance, generation: undefined, homeDisk: undefined };
  return hadVm(instance) && truth.identity
    ? lastOfLeaver({ member, instance: gone, truth, settings })
    : undefined;
}

/** Rows of earlier versions don't say when the VM was created, but hold the keys that a check saw there, even if there were none. */
const hadVm = ({ bornAt, generation, keys }: Instance): boolean =>
  bornAt !== undefined || generation !== undefined || keys !== undefined;

/** Once everything is closed, the member has left. */
export const afterRemoval = ({ operation }: Stepped): Effects =>
  operation.name === "remove" && operation.status === "succeeded" ? { member: { status: "left" } } : {};

/**
 * What is still open, in closing order: first a running build, because it would grant the roles again; then the VM, once;
 * then the rest; then the VM again.
 */
function closings({ truth, operation, now }: View): readonly Action[] {
  const { vm, deployment } = truth;
  const builds = deployment?.state === "running" && !operation.notes["cancelSent"];
  const runs =
    vm && vm.power !== "deallocated" && vm.power !== "deallocating" && vm.provisioning !== "deleting";
  const deallocate: readonly Action[] = runs ? [{ do: "deallocate" }] : [];
  const found = truth.networkSecurityGroup?.sshFrom ?? [];
  const cut = operation.notes["cut"] !== undefined;
  const roles = [...(truth.logins ?? []).map(({ id }) => id), ...elsewhere(truth, true)];
  // A VM that is being created shows no power state: a second deallocation would replace the one in progress.
  const waits = vm?.power === "unknown" && now.getTime() - Date.parse(operation.notes["cut"] ?? "") < cutMs;
  return [
    ...(builds ? [{ do: "cancelDeployment", deployment: deployment.name } as const] : []),
    ...(cut ? [] : deallocate),
    ...(found.length > 0 ? [{ do: "allowSsh", from: [], found } as const] : []),
    ...(roles.length > 0 ? [{ do: "revoke", roles } as const] : []),
    ...(cut && !waits ? deallocate : []),
  ];
}

const cutMs = 90_000;

/** The ids of their role assignments elsewhere: either those for logins, or the others, which the bot has no right to revoke. */
const elsewhere = ({ roles }: Truth, login: boolean): readonly string[] =>
  (roles?.elsewhere ?? []).filter((role) => role.login === login).map(({ id }) => id);

/** The longest wait in seconds, whatever Azure asks for: a removed member must not stay signed in that long. */
const mostWait = 300;

/** Azure's refusal will pass, so the rest is closed in the meantime. The admins hear of it only if it takes too long. */
function goingOn(view: View, refusal: Fault, passesIn: number): Step {
  const next = Number(view.operation.notes["refused"] ?? 0) + 1;
  const others = next % closings(view).length !== 0;
  return {
    waitSeconds: others ? 1 : Math.min(passesIn, mostWait),
    phase: "removing",
    notes: { refused: `${next}` },
    refusal,
  };
}

/** Tries the next thing soon, and everything again in a minute. Alerts the admins once. */
function refused(view: View, fault: Fault): Step {
  const before = Number(view.operation.notes["refused"] ?? 0);
  const waiting = { waitSeconds: before % 3 === 2 ? 60 : 1, phase: "blocked" } as const;
  const notes = { refused: `${before + 1}` };
  if (view.operation.notes["told"]) return { ...waiting, notes, instance: { fault } };
  const told = tell(view, fault);
  return { ...told, ...waiting, notes: { ...told.notes, ...notes } };
}

const tell = (
  { operation, member, instance, truth, now }: View,
  fault: Fault,
): Progress & { readonly waitSeconds: number } => ({
  waitSeconds: 1,
  phase: "blocked",
  notes: { told: now.toISOString() },
  instance: { fault },
  tellAdmins: blockedCard(
    member,
    operation,
    fault,
    instance.generation !== undefined || truth.vm !== undefined,
  ),
});

/** Nothing was refused, but closing isn't finished. */
const tooLong = (view: View): Fault => view.truth.vm?.fault ?? deadlinePassed(view);
