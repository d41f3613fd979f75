/**
 * What a script has ended with, from Azure's text about a run command that failed. The handler on the VM writes `exit status=14` into its
 * reason and `"exitCode":14` into its own JSON (Azure/run-command-handler-linux, 2026); elsewhere Azure says "exit code 14". What the
 * script has printed may be in the text as well and name any code, but only after the handler's reason: so the first one counts.
 * Undefined: the text does not tell.
 */
export function exitCodeIn(text: string): number | undefined {
  const found = /\bexit(?: status=| code:? |Code\\*":\s*)(-?\d+)/.exec(text)?.[1];
  return found === undefined ? undefined : Number(found);
}
