import { answered } from "../../cards/operationCards.ts";
import type { Instance } from "../../core/instance.ts";
import { identityDeployment } from "../../core/names.ts";
import type { Operation } from "../../core/operation.ts";
import { identityNext } from "../../steps/identity.ts";
import { deadlinePassed, overdue } from "../../steps/overdue.ts";

/** Creates what a member needs before their first VM: the secret, the identity, and its right to read the secret. */
export const enroll: Operation = {
  name: "enroll",
  exclusive: false,
  deadlineSeconds: 15 * 60,
  forLeavers: false,
  quiet: true,
  look: (operation, { member }) => ({
    deployment: identityDeployment(member.key, operation.id),
  }),
  next(view) {
    if (view.fault) return { finish: "failed", fault: view.fault };
    if (overdue(enroll, view)) return { finish: "failed", fault: deadlinePassed(view) };
    return identityNext(view) ?? { finish: "succeeded" };
  },
  card: (view) =>
    answered(view, {
      running: `${view.member.name} is on the roster. Setting up their identity.`,
      succeeded: `${view.member.name} is on the roster. ${nextOf(view.instance)}`,
      failed: `${view.member.name} is on the roster, but I couldn't create their identity yet. I'll try again when they request an instance.`,
    }),
};

/** What they can do now: who was put back may have what they had. */
const nextOf = ({ generation, state }: Instance): string =>
  generation === undefined
    ? "They can type /openclaw request now."
    : state === "stopped"
      ? "Their instance is stopped. They can type /openclaw connect now."
      : "They still have an instance. They can type /openclaw status now.";
