import { createHash } from "node:crypto";
import { firstPeople } from "../azure/seed/directory.ts";
import { guidOf } from "../azure/world.ts";

/** Somebody in Teams. They are the people of the simulated directory, with its object ids. */
export interface Person {
  /** The id by which the bot's channel knows them: `29:…`. */
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

/** An opaque text as Teams makes its ids of, the same for the same seed. */
const opaque = (seed: string) => createHash("sha384").update(seed).digest("base64url");

export const people = {
  ada: person("Ada Admin", true),
  mia: person("Mia Member"),
  max: person("Max Member"),
  sam: person("Sam Stranger"),
  gus: person("Gus Guest (R&D)"),
};

export const everyone: readonly Person[] = Object.values(people);

/** By `29:…`, object id or user principal name: the connector takes each. */
export const findPerson = (id: string): Person | undefined =>
  everyone.find((one) => [one.id, one.objectId, one.userPrincipalName].includes(id));

export const botIdOf = (appId: string) => `28:${appId}`;

/** The one team. Its id is that of its General channel, as in Teams. */
export const team = {
  id: "19:contoso-general@thread.tacv2",
  name: "Contoso",
  aadGroupId: guidOf("team Contoso"),
};
export const generalChannelId = team.id;
export const adminChannelId = "19:openclaw-admins@thread.tacv2";
export const groupChatId = "19:contoso-pilots@thread.v2";
export const personalChatId = (person: Person) => `a:1${opaque(`chat with ${person.objectId}`)}`;
