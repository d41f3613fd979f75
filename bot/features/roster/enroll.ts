import { answered } from "../../cards/operationCards.ts";
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
      succeeded: `${view.member.name} is on the roster. They can type /openclaw request now.`,
      failed: `${view.member.name} is on the roster, but I couldn't create their identity yet. I'll try again when they request an instance.`,
    }),
};
