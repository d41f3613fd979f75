import { createHash } from "node:crypto";
import { firstPeople } from "../azure/seed/directory.ts";
import { guidOf } from "../azure/world.ts";

/** A person in Teams: one from the simulated directory, with the same object id. */
export interface Person {
  /** Their id in the bot's channel: `29:…`. */
  readonly id: string;
  /** Entra object id; a guest has one in this tenant too. */
  readonly objectId: string;
  readonly name: string;
  readonly userPrincipalName: string;
  readonly mail: string;
  /** Sees the admins' channel. */
  readonly admin: boolean;
}

function person(name: string, admin = false): Person {
  const known = firstPeople.find(({ displayName }) => displayName === name);
  if (!known) throw new Error(`${name} is not in the directory`);
  const { id: objectId, userPrincipalName, mail = userPrincipalName } = known;
  return { id: `29:1${opaque(objectId)}`, objectId, name, userPrincipalName, mail, admin };
}

/** An opaque text like those in Teams' ids, always the same for the same seed. */
const opaque = (seed: string) => createHash("sha384").update(seed).digest("base64url");

export const people = {
  ada: person("Ada Admin", true),
  mia: person("Mia Member"),
  max: person("Max Member"),
  sam: person("Sam Stranger"),
  gus: person("Gus Guest (R&D)"),
};

export const everyone: readonly Person[] = Object.values(people);

/** By `29:…`, object id or user principal name: the connector accepts all three. */
export const findPerson = (id: string): Person | undefined =>
  everyone.find((one) => [one.id, one.objectId, one.userPrincipalName].includes(id));

export const botIdOf = (appId: string) => `28:${appId}`;

/** The only team. It has the same id as its General channel, as in Teams. */
export const team = {
  id: "19:contoso-general@thread.tacv2",
  name: "Contoso",
  aadGroupId: guidOf("team Contoso"),
};
export const generalChannelId = team.id;
export const adminChannelId = "19:openclaw-admins@thread.tacv2";
export const groupChatId = "19:contoso-pilots@thread.v2";
export const personalChatId = (person: Person) => `a:1${opaque(`chat with ${person.objectId}`)}`;
