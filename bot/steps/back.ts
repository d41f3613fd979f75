import type { Fault } from "../core/errors.ts";
import type { View } from "../core/operation.ts";

/** Whether this started for a former member who is on the roster again: what they had is theirs. */
export const isBack = ({ member, operation }: Pick<View, "member" | "operation">): boolean =>
  member.status === "active" && operation.startedAt < member.addedAt;

export const ownerIsBack = ({ member, operation }: View): Fault => ({
  code: "OwnerIsBack",
  detail: `${member.key} was put back on the roster at ${member.addedAt}`,
  correlation: operation.id,
});
