/** Any white space (including line ends and the byte order mark), NUL, and invisible characters: what pasting and files leave at both ends. */
const ends = /^[\s\0\u200B-\u200D\u2060]+|(?<![\s\0\u200B-\u200D\u2060])[\s\0\u200B-\u200D\u2060]+$/g;

/** The placeholder for a value that has yet to be set, and what the Functions host leaves of a vault reference that it can't read. */
const placeholder = /^(not-set$|@Microsoft\.KeyVault\()/i;

/** A setting or secret with clean ends. Undefined if nothing is left, or only a placeholder. */
export function given(text: string | undefined): string | undefined {
  const clean = (text ?? "").replaceAll(ends, "");
  return clean === "" || placeholder.test(clean) ? undefined : clean;
}

/** The variables of an environment that have a value, with clean ends. */
export const givenIn = (
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(env).flatMap(([name, text]) => {
      const value = given(text);
      return value === undefined ? [] : [[name, value]];
    }),
  );
