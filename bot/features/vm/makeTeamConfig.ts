import { onceAsked } from "../../core/asked.ts";
import type { Card } from "../../core/card.ts";
import type { Instance } from "../../core/instance.ts";
import { botPartition } from "../../core/names.ts";
import type { OperationRecord } from "../../core/operation.ts";
import { configHash, isOutdated, type TeamConfig } from "../../core/teamConfig.ts";
import { enter } from "../../engine/outbox.ts";
import type { Known, Parts } from "../../parts.ts";
import { outdatedConfigCard } from "./configCards.ts";

/** The team's changes of OpenClaw's configuration, or those that are tried: where another change of the team's came first, they can't be. */
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
 * Makes the configuration that an OpenClaw has taken the team's. If the team's has become another one meanwhile it stays, and
 * what the admins have to know is returned. Done twice it is done once.
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
