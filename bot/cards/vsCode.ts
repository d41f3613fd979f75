import type { Step } from "./steps.ts";

/** The file in which `az ssh config` keeps the VM, by itself, so that it can be overwritten; in a folder that `az login` has made. */
const file = ".azure/openclaw-ssh";

/**
 * The way in by VS Code. `az ssh config` asks before it makes a key anew, whatever its options, and takes the answer from its input
 * (Azure/azure-cli, issue 27377, 2023); it makes no folder for `--file` and knows no `~` (its extension ssh 2.0). No path to a
 * person's home folder is read by POSIX shells, PowerShell and cmd alike, so Windows has a line of its own, for both of its shells.
 * It enters the folder first, since a name with a space would need quotes that the two take differently. `Include` counts for all
 * hosts at the top only, and a file that it names twice, or that is missing, does no harm (ssh_config(5), OpenSSH 9.9, 2024).
 */
export function vsCodeSteps(target: string, host: string): readonly Step[] {
  const write = `echo y | az ssh config ${target} --overwrite --file`;
  return [
    {
      text: "Once: in VS Code with the extension Remote - SSH, choose “Remote-SSH: Open SSH Configuration File…” and make this the first line of your own file.",
      code: `Include ~/${file}`,
    },
    {
      text: "On macOS or Linux: write your VM into that file. It holds for about an hour; then run it again.",
      code: `${write} ~/${file}`,
      instead: {
        text: "On Windows, in PowerShell or cmd, it is this instead:",
        code: `cmd /c "cd /d %USERPROFILE% && ${write} ${file}"`,
      },
    },
    { text: "In VS Code: “Remote-SSH: Connect to Host…”, and choose this one.", code: host },
  ];
}
