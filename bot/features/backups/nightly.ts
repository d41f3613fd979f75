import * as z from "zod";
import { lastOfLeaver } from "../../cards/vaultLeft.ts";
import { dayMs, minuteMs } from "../../core/clock.ts";
import type { SnapshotTruth } from "../../core/cloud.ts";
import { AzureFault, Conflict } from "../../core/errors.ts";
import { type Instance, isSomething, type Person } from "../../core/instance.ts";
import type { Member } from "../../core/member.ts";
import { operationId } from "../../core/names.ts";
import type { OperationRecord } from "../../core/operation.ts";
import type { Settings } from "../../core/settings.ts";
import type { Change, Store } from "../../core/store.ts";
import { begin } from "../../engine/begin.ts";
import { beginUnasked } from "../../engine/beginUnasked.ts";
import { acting } from "../../engine/hold.ts";
import { enter } from "../../engine/outbox.ts";
import { tellAdmins, tellMember } from "../../engine/tell.ts";
import type { Effects, Parts, Stepped } from "../../parts.ts";
import { backupOf, dayDue, dayDueBefore, doomed, newestOwn } from "../../steps/backups.ts";
import { expiryCard } from "./backupCard.ts";

/** How long before the last copy of a member's files expires they are warned. */
const warningMs = 3 * dayMs;
/** How long after a failed try the next one starts. The sweep may reach others sooner. */
const pauseMs = 50 * minuteMs;
/** How many backups one sweep starts, so that a large team is spread over some minutes. */
const mostAtOnce = 50;

type ByKey = ReadonlyMap<string, readonly SnapshotTruth[]>;

/**
 * Deletes expired snapshots and starts the backups that are due.
 * @param last where the last sweep stopped: everyone before that was checked within the hour
 * @returns the key from which some backups have not started yet
 */
export async function keepBackups(parts: Parts, last?: unknown): Promise<string | undefined> {
  const { cloud, settings, store } = parts;
  const from = z.string().safeParse(last).data;
  const found = await cloud.snapshots(settings.place);
  const byKey = Map.groupBy(found, ({ tags }) => tags["key"] ?? "");
  const people = await store.people({ from });
  if (from === undefined) await clearAll(byKey, people, parts);
  return backUpAll(byKey, people, parts);
}

/** Warns members and deletes expired snapshots. Both read the person again first. */
async function clearAll(byKey: ByKey, people: readonly Person[], parts: Parts): Promise<void> {
  const known = new Map(people.map((person) => [person.member.key, person]));
  for (const [key, snapshots] of byKey) {
    await warn(snapshots, known.get(key), parts);
    if (doomedOf(snapshots, known.get(key)?.instance, parts).length > 0)
      await clearAway(key, snapshots, parts);
  }
}

const doomedOf = (
  snapshots: readonly SnapshotTruth[],
  instance: Instance | undefined,
  { clock, settings: { nightlyKeep: keep } }: Parts,
): readonly SnapshotTruth[] =>
  doomed(snapshots, { now: clock.now(), keep, hasInstance: instance?.generation !== undefined });

/** Warns a member whose home disk is left only in a snapshot that expires soon. */
async function warn(
  snapshots: readonly SnapshotTruth[],
  person: Person | undefined,
  parts: Parts,
): Promise<void> {
  const last = newestOwn(snapshots);
  const expires = last && Date.parse(last.tags["expires"] ?? "");
  if (!last || !expires || expires - parts.clock.now().getTime() > warningMs) return;
  if (!person || (person.instance && isSomething(person.instance))) return;
  await tellMember(person.member, operationId(`expires ${last.name}`), expiryCard(backupOf(last)), parts);
}

async function clearAway(key: string, snapshots: readonly SnapshotTruth[], parts: Parts): Promise<void> {
  const { store, clock, settings, log } = parts;
  const now = clock.now();
  const { instance } = await store.person(key);
  // The running operation may be about to use a snapshot.
  if (key === "" || instance?.value.operation) return;
  const going = doomedOf(snapshots, instance?.value, parts);
  let deleted = 0;
  for (const { name } of going) {
    const { member, instance: current } = await store.person(key);
    if (current?.value.operation) return;
    const isLast = deleted === snapshots.length - 1;
    if (isLast && member && current) await tellLast(member.value, current.value, parts);
    // Written before the deletion, so that none goes unaudited. A repeated deletion writes the same entry.
    const entry: Change = {
      kind: "audit",
      id: `${now.toISOString().slice(0, 10)}-${name}`,
      value: {
        at: now.toISOString(),
        by: "bot",
        what: `started to delete the snapshot ${name}`,
        about: key,
        call: name,
      },
    };
    const forgotten: Change[] =
      current?.value.backup?.snapshot === name
        ? [{ kind: "instance", id: "", value: { ...current.value, backup: undefined }, etag: current.etag }]
        : [];
    try {
      const person = member && { member: member.value, instance: current?.value };
      await enter({ partition: key, person, changes: [{ ...entry, replace: true }, ...forgotten] }, parts);
      await acting(key, settings.place, { do: "deleteSnapshot", name }, parts);
      deleted += 1;
      log.info("a snapshot was deleted", { member: key, snapshot: name });
    } catch (error) {
      // Something was just started, or Azure refuses this one: the next try is in an hour.
      if (!(error instanceof Conflict) && !(error instanceof AzureFault)) throw error;
      log.info("a snapshot could not be deleted", { member: key, snapshot: name, why: error.message });
    }
  }
}

/** Sent before a leaver's last snapshot is deleted, so that a crash in between can't hide from the admins what stays. */
async function tellLast(member: Member, instance: Instance, parts: Parts): Promise<void> {
  const card = lastOfLeaver({ member, instance, truth: {}, settings: parts.settings });
  if (!card) return;
  await tellAdmins(operationId(`last of ${member.key} ${instance.removal}`), card, parts);
}

/** Notes when a backup was made, and a finished nightly one so that no sweep looks for it again on that day. */
export const backedUp = ({ operation: { name, input, status, startedAt, notes } }: Stepped): Effects =>
  name === "backup" && status === "succeeded"
    ? {
        instance: {
          ...(input.kind === "nightly" ? { nightlyAt: startedAt } : {}),
          ...(notes["createdAt"] ? { backedUpAt: notes["createdAt"] } : {}),
        },
      }
    : {};

/**
 * One backup a day for each member with an instance. The operation itself finds out whether the disk changed since the last one.
 * @param people in the order of their keys
 * @returns the key from which some backups have not started yet
 */
async function backUpAll(byKey: ByKey, people: readonly Person[], parts: Parts): Promise<string | undefined> {
  const { store, clock, settings, operations } = parts;
  const now = clock.now();
  if (settings.nightlyKeep === 0) return undefined;
  const day = dayDue(now, settings);
  const dayBefore = dayDueBefore(now, settings);
  let begunNow = 0;
  let left: string | undefined;
  for (const person of people) {
    const { key } = person.member;
    if (!mayBeDue(person, now, settings)) continue;
    const { member, instance } = await store.person(key);
    if (!member || !instance || !mayBeDue({ member: member.value, instance: instance.value }, now, settings))
      continue;
    const cause = await causeFor(key, day, now, store);
    if (cause === undefined) continue;
    // Yesterday's may have started late and still run: two at once would copy the same twice.
    const before = await lastTry(key, dayBefore, store);
    if (before.operation?.status === "running") continue;
    if (begunNow === mostAtOnce) return left ?? key;
    const newest = newestOwn(byKey.get(key) ?? []);
    const begun = begin({
      operation: operations.backup,
      cause,
      member: member.value,
      instance,
      input: { kind: "nightly", since: newest?.createdAt },
      now,
      settings,
    });
    if (!(await beginUnasked(key, "started the nightly backup", begun, parts))) left ??= key;
    begunNow += 1;
  }
  return left;
}

const mayBeDue = ({ member, instance }: Person, now: Date, settings: Settings): boolean =>
  member.status === "active" &&
  instance?.generation !== undefined &&
  instance.operation === undefined &&
  (instance.nightlyAt === undefined ||
    dayDue(new Date(instance.nightlyAt), settings) !== dayDue(now, settings));

/** The same cause for a day and try, whoever starts it and however often. */
const causeOf = (key: string, day: string, tried: number): string =>
  [`nightly ${key} ${day}`, ...(tried === 0 ? [] : [tried + 1])].join(" ");

/** A day's last try, and the number of tries: at most about one an hour. */
async function lastTry(
  key: string,
  day: string,
  store: Pick<Store, "get">,
): Promise<{ readonly tries: number; readonly operation?: OperationRecord | undefined }> {
  let operation: OperationRecord | undefined;
  for (let tries = 0; ; tries += 1) {
    const row = await store.get(key, "op", operationId(causeOf(key, day, tries)));
    if (!row) return { tries, operation };
    operation = row.value;
  }
}

/** The cause of a day's next try; undefined: the backup is made or in progress, was cancelled, or it is too early. */
async function causeFor(
  key: string,
  day: string,
  now: Date,
  store: Pick<Store, "get">,
): Promise<string | undefined> {
  const { tries, operation } = await lastTry(key, day, store);
  if (!operation) return causeOf(key, day, tries);
  const isOver = operation.status === "failed" || operation.status === "superseded";
  const isTime = now.getTime() - Date.parse(operation.startedAt) >= pauseMs;
  return isOver && isTime ? causeOf(key, day, tries) : undefined;
}
