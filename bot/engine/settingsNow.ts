import { botPartition } from "../core/partition.ts";
import { settingsUnder } from "../core/policy.ts";
import type { Parts } from "../parts.ts";

/** The parts with the settings as they are now: the environment's, with what admins have set over them. Read for each call and step. */
export async function withPolicy(parts: Parts): Promise<Parts> {
  const row = await parts.store.get(botPartition, "policy", "");
  return row ? { ...parts, settings: settingsUnder(parts.settings, row.value) } : parts;
}
