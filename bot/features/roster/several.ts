import type { Directory, DirectoryPerson } from "../../core/cloud.ts";

type Found = Awaited<ReturnType<Directory["find"]>>;

export const isSeveral = (found: Found): found is readonly DirectoryPerson[] => Array.isArray(found);

/** The rest of a sentence about an address that several people share. A sign-in name that equals the address can't tell them apart, so the object id does. */
export function severalPhrase(people: readonly DirectoryPerson[], address: string): string {
  const named = people.slice(0, 3).map(({ name, principalName, objectId }) => {
    const tellsApart = principalName && principalName.toLowerCase() !== address.toLowerCase();
    return `${name.slice(0, 40)} (${(tellsApart ? principalName : objectId).slice(0, 80)})`;
  });
  const more = people.length > named.length ? ` and ${people.length - named.length} more` : "";
  return `is the address of ${people.length} people in your directory: ${named.join(", ")}${more}. Use the name or id in brackets for the one you mean`;
}
