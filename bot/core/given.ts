/** White space of any kind (line ends and the byte order mark among it), NUL, and characters that nobody sees: what pasting and files leave at both ends. */
const ends = /^[\s\0\u200B-\u200D\u2060]+|(?<![\s\0\u200B-\u200D\u2060])[\s\0\u200B-\u200D\u2060]+$/g;

/** What stands where somebody still has to set a value, and what the Functions host leaves of a vault that it can't read. */
const placeholder = /^(not-set$|@Microsoft\.KeyVault\()/i;

/** A setting or secret as it was meant: with clean ends. Undefined where nothing is left, or a placeholder. */
export function given(text: string | undefined): string | undefined {
  const clean = (text ?? "").replaceAll(ends, "");
  return clean === "" || placeholder.test(clean) ? undefined : clean;
}

/** Those variables of an environment that say something, with clean ends. */
export const givenIn = (
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(env).flatMap(([name, text]) => {
      const value = given(text);
      return value === undefined ? [] : [[name, value]];
    }),
  );
