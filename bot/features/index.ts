import type { Operation, OperationName } from "../core/operation.ts";
import { enginePeriodic, engineTasks } from "../engine/tasks.ts";
import type { Feature, Periodic, Task } from "../parts.ts";
import { access } from "./access/feature.ts";
import { admin } from "./admin/feature.ts";
import { backups } from "./backups/feature.ts";
import { connect } from "./connect/feature.ts";
import { instance } from "./instance/feature.ts";
import { leaving } from "./leaving/feature.ts";
import { many } from "./many/feature.ts";
import { power } from "./power/feature.ts";
import { roster } from "./roster/feature.ts";
import { usual } from "./usual/feature.ts";
import { vm } from "./vm/feature.ts";

/** What people can do. The bot is built from this list and from the commands. */
export const features: readonly Feature[] = [
  instance,
  power,
  connect,
  backups,
  access,
  vm,
  roster,
  leaving,
  many,
  admin,
  usual,
];

/** Every kind of work except answering calls, which the front does. The worker, the sweep and the health check follow from it. */
export const tasks: readonly Task[] = [...engineTasks, ...features.flatMap((feature) => feature.tasks ?? [])];

/** They run in this order. */
export const periodic: readonly Periodic[] = [
  ...enginePeriodic,
  ...features.flatMap((feature) => feature.periodic ?? []),
];

/** By name. A test checks that each name has one. */
export const operations = Object.fromEntries(
  features.flatMap((feature) => feature.operations ?? []).map((operation) => [operation.name, operation]),
) as Readonly<Record<OperationName, Operation>>;
