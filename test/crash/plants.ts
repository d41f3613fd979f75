import type { SnapshotTruth } from "../../bot/core/cloud.ts";
import type { MessageRef } from "../../bot/core/platform.ts";
import type { Parts } from "../../bot/parts.ts";
import { isStorage, type Meddling } from "./runs.ts";

/*
 * Faults that the crash suite must find, planted into a bot that has none of them. Without a death each of them ends as it should:
 * that is what makes them hard to see.
 */

/** A message is marked as sent, and sent after that. */
export function marksBeforeItSends(parts: Parts): Parts {
  const { store, platforms } = parts;
  const late = lateCalls();
  const refs = new Map<string, MessageRef>();
  return {
    ...parts,
    store: { ...store, commit: late.before(store.commit) },
    platforms: Object.fromEntries(
      Object.entries(platforms).map(([name, platform]) => [
        name,
        {
          ...platform,
          send: async (message) => {
            const known = message.edit && refs.get(message.edit.message);
            if (message.edit) return platform.send(known ? { ...message, edit: known } : message);
            // As if Discord let us choose the number.
            const promised = { channel: "promised", message: `promised-${message.nonce}` };
            late.add(async () => void refs.set(promised.message, await platform.send(message)));
            return promised;
          },
        },
      ]),
    ),
  };
}

/** A snapshot that was asked for is taken for made, as by a record of one's own, and it is asked for after that was written down. */
export function trustsItsRecord(): (parts: Parts) => Parts {
  // A record outlives the worker.
  const asked = new Map<string, Pick<SnapshotTruth, "createdAt">>();
  return (parts) => {
    const { store, cloud, clock } = parts;
    const late = lateCalls();
    return {
      ...parts,
      store: { ...store, commit: late.before(store.commit) },
      cloud: {
        ...cloud,
        act: async (key, place, action, ending) => {
          if (action.do !== "snapshot") return cloud.act(key, place, action, ending);
          asked.set(action.name, { createdAt: clock.now().toISOString() });
          late.add(async () => void (await cloud.act(key, place, action, ending)));
          return undefined;
        },
        look: async (key, place, wanted) => {
          const truth = await cloud.look(key, place, wanted);
          if (!wanted.parts.includes("snapshot")) return truth;
          const { homeDisk } = await cloud.look(key, place, { parts: ["homeDisk"] });
          const record = wanted.snapshot === undefined ? undefined : asked.get(wanted.snapshot);
          if (truth.snapshot || !record || !homeDisk || wanted.snapshot === undefined) return truth;
          const snapshot: SnapshotTruth = {
            id: "",
            name: wanted.snapshot,
            ...record,
            complete: true,
            failed: false,
            sourceDisk: homeDisk.id,
            sourceUniqueId: homeDisk.uniqueId,
            sizeGb: homeDisk.sizeGb,
            tags: {},
          };
          return { ...truth, snapshot };
        },
      },
    };
  };
}

/** Once it is so, a last card is spoilt. */
export const spoilsLastCards =
  (shows: string, isSo: () => boolean) =>
  (parts: Parts): Parts => ({
    ...parts,
    platforms: Object.fromEntries(
      Object.entries(parts.platforms).map(([name, platform]) => [
        name,
        {
          ...platform,
          send: (message) => {
            const isLast = message.card.title.includes(shows);
            const card =
              isLast && isSo() ? { ...message.card, title: "All your data is lost" } : message.card;
            return platform.send({ ...message, card });
          },
        },
      ]),
    ),
  });

/** Nobody's write is bound to the version that they have read. */
export const withoutVersions =
  (meddle: Meddling): Meddling =>
  (call, at, send) => {
    const headers = new Headers(call.headers);
    headers.delete("if-match");
    const body = call.body.replaceAll(/^if-match: .*\r?\n/gim, "");
    return meddle(call, at, () => send(isStorage(call) ? { ...call, headers, body } : call));
  };

/** What is done only after the next thing was written down. */
function lateCalls() {
  const waiting: (() => Promise<void>)[] = [];
  return {
    add: (call: () => Promise<void>) => waiting.push(call),
    before:
      <A extends readonly unknown[]>(write: (...args: A) => Promise<void>) =>
      async (...args: A): Promise<void> => {
        await write(...args);
        for (const call of waiting.splice(0)) await call();
      },
  };
}
