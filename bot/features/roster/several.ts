import type { Directory, DirectoryPerson } from "../../core/cloud.ts";

type Found = Awaited<ReturnType<Directory["find"]>>;

export const isSeveral = (found: Found): found is readonly DirectoryPerson[] => Array.isArray(found);

/** What follows an address that more than one person has. The sign-in name of one of them, where it is that address, tells nobody apart. */
export function severalPhrase(people: readonly DirectoryPerson[], address: string): string {
  const named = people.slice(0, 3).map(({ name, principalName, objectId }) => {
    const tellsApart = principalName && principalName.toLowerCase() !== address.toLowerCase();
    return `${name.slice(0, 40)} (${(tellsApart ? principalName : objectId).slice(0, 80)})`;
  });
  const more = people.length > named.length ? ` and ${people.length - named.length} more` : "";
  return `is the address of ${people.length} people in your directory: ${named.join(", ")}${more}. Use the name or id in brackets for the one you mean`;
}
