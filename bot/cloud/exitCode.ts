/**
 * What a script has ended with, from Azure's text about a run command that failed. The handler on the VM writes `exit status=14` into its
 * reason and `"exitCode":14` into its own JSON (Azure/run-command-handler-linux, 2026); elsewhere Azure says "exit code 14". What the
 * script has printed may be in the text as well and name any code. So what stands before it counts first, and the handler's forms before
 * Azure's words, which many a program uses too. Undefined: the text does not tell.
 */
export function exitCodeIn(text: string): number | undefined {
  // As Azure marks what was printed.
  const [before = ""] = text.split("[stdout]", 1);
  const found = [before, text].flatMap((part) => handlers.exec(part) ?? words.exec(part) ?? []).at(1);
  return found === undefined ? undefined : Number(found);
}

const handlers = /\bexit(?: status=|Code\\*":\s*)(-?\d+)/;
const words = /\bexit code:? (-?\d+)/;
