/**
 * How old the API versions in Bicep texts are. A version's types can be published weeks before every region knows it
 * (NoRegisteredProviderFound), so a young one is refused. Microsoft's own linter warns of old versions only.
 */

/** Days that a version must have been dated before the compiler was published. */
const youngest = 60;

/**
 * The types in a Bicep text that are too young, such as `Microsoft.Compute/disks@2026-03-02`. Measured from the day on
 * which the pinned compiler was published, not from today: what is committed passes or fails for ever, whatever the clock.
 */
export function youngTypes(text: string, published: string): readonly string[] {
  const versions = [...text.matchAll(/'(Microsoft\.[\w./]+@(\d{4}-\d\d-\d\d)(?:-\w+)?)'/g)];
  return versions
    .filter(([, , date = ""]) => daysBetween(date, published) < youngest)
    .map(([, type = ""]) => type);
}

const daysBetween = (from: string, to: string) => (Date.parse(to) - Date.parse(from)) / 86_400_000;
