import type { Directory, DirectoryPerson } from "../../core/cloud.ts";

type Found = Awaited<ReturnType<Directory["find"]>>;

export const isSeveral = (found: Found): found is readonly DirectoryPerson[] => Array.isArray(found);

/** What follows an address that more than one person has. */
export function severalPhrase(people: readonly DirectoryPerson[]): string {
  const named = people
    .slice(0, 3)
    .map(
      ({ name, principalName, objectId }) =>
        `${name.slice(0, 40)} (${(principalName ?? objectId).slice(0, 80)})`,
    );
  const more = people.length > named.length ? ` and ${people.length - named.length} more` : "";
  return `is the address of ${people.length} people in your directory: ${named.join(", ")}${more}. Name the one that you mean by their sign-in name or object id`;
}
