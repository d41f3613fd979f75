import type { CommandLine } from "./card.ts";

const version = "v1";

/**
 * Writes a command line as a button's data, at most 100 characters, which is the least that a platform takes:
 * `v1:stop:<generation>` or `v1:confirm::of=abc&id=def`.
 */
export function encodeLine(line: CommandLine): string {
  const options = new URLSearchParams(line.options).toString();
  return [
    version,
    line.command.replaceAll(" ", "."),
    line.generation ?? "",
    ...(options ? [options] : []),
  ].join(":");
}

/** Reads a button's data; undefined when it is none of ours, or of a version that is gone. */
export function decodeLine(data: string): CommandLine | undefined {
  const [found, command, generation, ...rest] = data.split(":");
  if (found !== version || !command) return undefined;
  return {
    command: command.replaceAll(".", " "),
    options: Object.fromEntries(new URLSearchParams(rest.join(":"))),
    generation: generation === "" ? undefined : generation,
  };
}
