/**
 * The exit code of a script, from Azure's text about a failed run command. The handler on the VM writes `exit status=14` into its reason
 * and `"exitCode":14` into its own JSON (Azure/run-command-handler-linux, 2026); elsewhere Azure says "exit code 14". The text may also
 * hold the script's output, which can name any code. So the text before the output counts first, and the handler's forms before Azure's
 * words, which many programs use too. Undefined if the text doesn't tell.
 */
export function exitCodeIn(text: string): number | undefined {
  // How Azure marks output.
  const [before = ""] = text.split("[stdout]", 1);
  const found = [before, text].flatMap((part) => handlers.exec(part) ?? words.exec(part) ?? []).at(1);
  return found === undefined ? undefined : Number(found);
}

const handlers = /\bexit(?: status=|Code\\*":\s*)(-?\d+)/;
const words = /\bexit code:? (-?\d+)/;
