import { hourMs } from "../../core/clock.ts";
import type { Feature } from "../../parts.ts";
import { backup } from "./backup.ts";
import { backedUp, keepBackups } from "./nightly.ts";
import { transfer } from "./transfer.ts";

export const backups: Feature = {
  operations: [backup, transfer],
  afterStep: backedUp,
  periodic: [{ name: "backups", everyMs: hourMs, run: keepBackups }],
};
