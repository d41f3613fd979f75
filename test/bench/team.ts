import { accountKey } from "../../bot/core/member.ts";
import { memberKey } from "../../bot/core/names.ts";
import type { Store } from "../../bot/core/store.ts";
import { partsFrom } from "../../bot/wiring.ts";
import { guidOf } from "../../local/azure/world.ts";
import type { Person } from "../../local/discord/people.ts";
import type { Stage } from "./stage.ts";

const addedAt = "2026-11-01T09:00:00.000Z";

/** A roster with so many members of Discord and Mia of Teams, none of whom has an instance. */
export async function openTeam(stage: Stage, count: number) {
  const env = stage.freshSettings();
  const { store } = partsFrom(env, { log: { info: () => undefined, error: () => undefined } });
  const people = stage.crowd(count);
  const { mia } = stage.teams.people;
  // The first makes the tables.
  for (const person of people.slice(0, 1)) await enroll(store, person);
  await Promise.all([
    ...people.slice(1).map((person) => enroll(store, person)),
    add(store, { objectId: mia.objectId, name: mia.name, accounts: [] }),
  ]);
  return { env, store, people };
}

async function enroll(store: Store, { id, name }: Person): Promise<void> {
  const account = { platform: "discord", id, name };
  const objectId = guidOf(accountKey(account));
  await store.link(account, memberKey(objectId));
  await add(store, { objectId, name, accounts: [account] });
}

const add = (
  store: Store,
  person: {
    objectId: string;
    name: string;
    accounts: readonly { platform: string; id: string; name: string }[];
  },
): Promise<void> => {
  const key = memberKey(person.objectId);
  const value = {
    ...person,
    accounts: [...person.accounts],
    key,
    role: "user",
    loginRole: "user",
    status: "active",
    addedAt,
  } as const;
  return store.commit(key, [{ kind: "member", id: "", value }]);
};
