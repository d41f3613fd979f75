/** Words, and what stands in double quotes: none of these characters means anything to a shell there. */
const word = String.raw`[\w./:@=,+…-]+`;
const inQuotes = String.raw`"[^"$\`\\%!^]*"`;
const line = new RegExp(`^(?:${word}|${inQuotes})(?: (?:${word}|${inQuotes}))*$`);
/** In these PowerShell drops the quotes before it hands them to a batch file, as az and npm are on Windows. */
const bare = /"[^" ]*[|<>&()][^" ]*"/;
/** PowerShell's `curl` is another program, and an older npm of PowerShell's drops the dashes that stand alone. */
const others = /^curl |^npm .* -- /;

/** Whether PowerShell, cmd and POSIX shells make the same of a command. */
export const isReadAlike = (command: string): boolean =>
  line.test(command) && !bare.test(command) && !others.test(command);
