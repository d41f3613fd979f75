import type { Feature } from "../../parts.ts";
import { configure } from "./configure.ts";
import { doctor } from "./doctor.ts";
import { logs } from "./logs.ts";
import { knownConfig, makeTeamConfig } from "./makeTeamConfig.ts";
import { reload } from "./reload.ts";

export const vm: Feature = {
  operations: [doctor, logs, configure, reload],
  known: knownConfig,
  beforeStep: makeTeamConfig,
};
