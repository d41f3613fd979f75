import { z } from "zod";
import type { Person } from "./state.ts";
import { guidOf, same, type World } from "./world.ts";

export const personInput = z.object({
  id: z.guid().optional(),
  /** For a guest this isn't an address: `name_partner.example#EXT#@contoso.onmicrosoft.com`. */
  userPrincipalName: z.string().regex(/^[^\s@]+@[^\s@]+\.[^\s@]+$/),
  displayName: z.string().min(1),
  /** Set if it differs from the user principal name. */
  mail: z.email().optional(),
  aliases: z.array(z.email()).optional(),
  accountEnabled: z.boolean().default(true),
  userType: z.enum(["Member", "Guest"]).default("Member"),
});

export const people = (world: World): readonly Person[] => world.state.people;

/** Adds a person to the directory, or changes the one with that name. */
export function putPerson(world: World, asked: z.output<typeof personInput>): Person {
  const old = world.state.people.find((person) => same(person.userPrincipalName, asked.userPrincipalName));
  const person = {
    ...asked,
    id: asked.id ?? old?.id ?? guidOf(`person/${asked.userPrincipalName.toLowerCase()}`),
  };
  world.state.people = [...world.state.people.filter((other) => !same(other.id, person.id)), person];
  world.changed = true;
  return person;
}
