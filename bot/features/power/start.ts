import { instanceCard } from "../../cards/operationCards.ts";
import type { Operation } from "../../core/operation.ts";
import { isUnderWay, runOf } from "../../steps/ask.ts";
import { checkOrConfig } from "../../steps/configured.ts";
import { overdue } from "../../steps/overdue.ts";
import { answering, givenUp, isAnswering, opening, rising, untilAnswer } from "../../steps/running.ts";

export const start: Operation = {
  name: "start",
  exclusive: true,
  deadlineSeconds: 20 * 60,
  forLeavers: false,
  look: (operation, { member }) => ({
    rolesOf: member.objectId,
    run: checkOrConfig(operation, runOf(operation, "gateway")),
  }),
  next(view) {
    if (isAnswering(view)) return answering(view).ready;
    if (view.fault) return { finish: "failed", fault: view.fault, instance: { fault: view.fault } };
    if (overdue(start, view)) return givenUp(view);
    const first = isUnderWay(view) ? undefined : (rising(view) ?? opening(view));
    return first ?? untilAnswer(view);
  },
  card: (view) =>
    instanceCard(view, {
      running: "Starting your OpenClaw",
      succeeded: "Your OpenClaw is ready",
      failed: "Your OpenClaw is not ready",
    }),
};
