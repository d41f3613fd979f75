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

/** What people can do. The bot is made of this list and of the commands. */
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

/** Every kind of work but the answering of calls, which is the front's. The worker, the sweep and what says how the bot is follow from it. */
export const tasks: readonly Task[] = [...engineTasks, ...features.flatMap((feature) => feature.tasks ?? [])];

/** In this order. */
export const periodic: readonly Periodic[] = [
  ...enginePeriodic,
  ...features.flatMap((feature) => feature.periodic ?? []),
];

/** By name. A test holds that there is one for each name. */
export const operations = Object.fromEntries(
  features.flatMap((feature) => feature.operations ?? []).map((operation) => [operation.name, operation]),
) as Readonly<Record<OperationName, Operation>>;
