/**
 * Checks the age of the API versions in Bicep texts. A version's types can be published weeks before every region knows it
 * (NoRegisteredProviderFound), so a new one is refused. Microsoft's own linter only warns about old versions.
 */

/** A version must be dated at least this many days before the compiler was published. */
const youngest = 60;

/**
 * The types in a Bicep text that are too new, such as `Microsoft.Compute/disks@2026-03-02`. Measured from the day the
 * pinned compiler was published, not from today: a committed text always passes or always fails, whatever the date.
 */
export function youngTypes(text: string, published: string): readonly string[] {
  const versions = [...text.matchAll(/'(Microsoft\.[\w./]+@(\d{4}-\d\d-\d\d)(?:-\w+)?)'/g)];
  return versions
    .filter(([, , date = ""]) => daysBetween(date, published) < youngest)
    .map(([, type = ""]) => type);
}

const daysBetween = (from: string, to: string) => (Date.parse(to) - Date.parse(from)) / 86_400_000;
