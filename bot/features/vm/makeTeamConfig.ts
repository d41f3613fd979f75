import { onceAsked } from "../../core/asked.ts";
import type { Card } from "../../core/card.ts";
import type { Instance } from "../../core/instance.ts";
import { botPartition } from "../../core/names.ts";
import type { OperationRecord } from "../../core/operation.ts";
import { configHash, isOutdated, type TeamConfig } from "../../core/teamConfig.ts";
import { enter } from "../../engine/outbox.ts";
import type { Known, Parts } from "../../parts.ts";
import { outdatedConfigCard } from "./configCards.ts";

/** The team configuration, or the candidate that is tried; a fault if another change came first. */
export async function knownConfig(
  { id, input: { candidate } }: OperationRecord,
  _instance: Instance,
  { store }: Parts,
): Promise<Known> {
  const stored = async (which: string) => (await store.get(botPartition, "config", which))?.value;
  if (candidate === undefined) return { config: onceAsked("config", async () => applied(await stored(""))) };
  const [team, config] = await Promise.all([stored(""), stored(candidate)]);
  if (!config) return {};
  const fault = {
    code: "ConfigurationChanged",
    detail: "another change came first",
    correlation: id,
  };
  return { config: () => applied(config), ...(isOutdated(config, team) ? { fault } : {}) };
}

const applied = (config: TeamConfig | undefined) =>
  config && { overrides: config.overrides, hash: configHash(config.overrides) };

/**
 * Makes a configuration that an OpenClaw has accepted the team configuration. If that has changed in the meantime, it stays as it is, and
 * the card for the admins is returned. Safe to run twice.
 * @throws Conflict
 */
export async function makeTeamConfig(
  { name, status, notes, input: { candidate } }: OperationRecord,
  parts: Parts,
): Promise<Card | undefined> {
  if (name !== "configure" || status !== "succeeded" || candidate === undefined || notes["off"])
    return undefined;
  const { store } = parts;
  const [team, found] = await Promise.all([
    store.get(botPartition, "config", ""),
    store.get(botPartition, "config", candidate),
  ]);
  const present = team && configHash(team.value.overrides);
  if (!found || present === candidate) return undefined;
  if (isOutdated(found.value, team?.value)) return outdatedConfigCard(found.value);
  const changes = [{ kind: "config", id: "", value: found.value, etag: team?.etag }] as const;
  await enter({ partition: botPartition, changes }, parts);
  return undefined;
}
