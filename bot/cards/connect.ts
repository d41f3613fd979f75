import type { Card, Section } from "../core/card.ts";
import { type Access, type Instance, isOpenToAll } from "../core/instance.ts";
import { namesOf } from "../core/names.ts";
import { openNow, type Way } from "../core/operation.ts";
import type { Settings } from "../core/settings.ts";
import { instant, joined, type Words, words } from "../core/text.ts";

/** One of several steps, with its alternative where there is one. */
interface Step extends Section {
  readonly instead?: Section | undefined;
}

/** Numbers the steps; an alternative gets no number of its own. */
const numbered = (steps: readonly Step[]): readonly Section[] =>
  steps.flatMap(({ text, code, instead }, index) => [
    { text: words`${index + 1}. ${text}`, code },
    ...(instead ? [instead] : []),
  ]);

/** The output of `az ssh config` has a file of its own, so that it can be overwritten. `az login` has already made the folder. */
const file = ".azure/openclaw-ssh";

/**
 * Signing in through VS Code. Whatever its options, `az ssh config` asks before it replaces a key, and reads the answer from its input
 * (Azure/azure-cli, issue 27377, 2023). It makes no folder for `--file` and does not expand `~` (its extension ssh 2.0). No path to
 * the home folder works in POSIX shells, PowerShell and cmd alike, so Windows has a line of its own that works in both of its shells.
 * That line enters the folder first, because a name with a space would need quotes, which the two shells treat differently. `Include`
 * applies to all hosts only at the top of the file; a file that is included twice, or is missing, does no harm (ssh_config(5),
 * OpenSSH 9.9, 2024).
 */
function vsCodeSteps(target: string, host: string): readonly Step[] {
  const write = `echo y | az ssh config ${target} --overwrite --file`;
  return [
    {
      text: "Once: in VS Code with the extension Remote - SSH, choose “Remote-SSH: Open SSH Configuration File…” and make this the first line of your own file.",
      code: `Include ~/${file}`,
    },
    {
      text: "On macOS or Linux: write your VM into that file. It is valid for about an hour; then run this again.",
      code: `${write} ~/${file}`,
      instead: {
        text: "On Windows, in PowerShell or cmd, run this instead:",
        code: `cmd /c "cd /d %USERPROFILE% && ${write} ${file}"`,
      },
    },
    { text: "In VS Code: “Remote-SSH: Connect to Host…”, and choose this host.", code: host },
  ];
}

/** Every card about an instance warns where any address can reach SSH. */
export const withOpenToAllWarning = (card: Card, instance: Instance, settings: Settings): Card =>
  isOpenToAll(instance, settings) ? { ...card, text: joined([card.text, openToAllWarning], "\n\n") } : card;

export const openToAllWarning = "Any address on the internet can reach SSH here. Your admins chose this.";

/** The command with which a member signs in to their VM with their Entra account. */
export const sshCommand = (key: string, instance: Instance): string => `az ssh vm ${target(key, instance)}`;

const target = (key: string, { place }: Instance): string =>
  `--subscription ${place.subscription} --resource-group ${place.resourceGroup} --name ${namesOf(key).vm}`;

/** How to connect, step by step. */
export function connectSections(
  key: string,
  instance: Instance,
  settings: Settings,
  now: Date,
  how: Way = "shell",
): readonly Section[] {
  const keyMissing = instance.keys !== undefined && !modelKeys.some((name) => name in (instance.keys ?? {}));
  const access = { text: accessSentence(openNow(instance, now), isOpenToAll(instance, settings)) };
  if (how === "break-glass") return numbered([access, ...wayIn[how](key, instance, settings)]);
  return [
    ...numbered([
      { text: "Once on your computer: add SSH to the Azure CLI.", code: "az extension add --name ssh" },
      {
        text: "Sign in to Azure, even if you already are: your role is newer than that.",
        code: `az login --tenant ${settings.tenant}`,
      },
      access,
      ...wayIn[how](key, instance, settings),
    ]),
    ...(keyMissing
      ? [
          setKey(
            key,
            instance,
            "OpenClaw has no key for a model yet, so it can't answer. Unless your admins set one for everyone, set your own.",
          ),
        ]
      : []),
    {
      text: "A new role can take ten minutes to take effect. If you can't sign in, wait a little and try again.",
    },
  ];
}

/** OpenClaw needs one of these keys; the one it has decides its default model (cloud-init/keys.py). */
export const modelKeys = ["ANTHROPIC_API_KEY", "OPENAI_API_KEY"] as const;

/** How a member sets a key of their own; `why` comes first. */
export const setKey = (key: string, instance: Instance, why: string): Section => ({
  text: `${why} You enter it on the VM; it never goes through chat.`,
  code: `${sshCommand(key, instance)} -- -t openclaw-key set ${modelKeys[0]}`,
});

type StepsOf = (key: string, instance: Instance, settings: Settings) => readonly Step[];

/** The last steps of each way to connect. */
const wayIn: Readonly<Record<Way, StepsOf>> = {
  shell: (key, instance) => [
    {
      text: "Sign in to your VM.",
      code: sshCommand(key, instance),
      instead: instance.publicIp
        ? { text: "Or, if that doesn't find it:", code: `az ssh vm --ip ${instance.publicIp}` }
        : undefined,
    },
  ],
  tui: (key, instance) => [
    {
      text: "Talk to OpenClaw in your terminal.",
      code: `${sshCommand(key, instance)} -- -t openclaw tui`,
    },
  ],
  web: (key, instance, { openclawPort: port }) => [
    {
      text: "Leave this running: it brings OpenClaw's own web page to your computer.",
      code: `${sshCommand(key, instance)} -- -N -L ${port}:127.0.0.1:${port}`,
    },
    {
      text: "In a second terminal: get the address, and open it in your browser.",
      code: `${sshCommand(key, instance)} -- openclaw dashboard`,
    },
  ],
  vscode: (key, instance) =>
    vsCodeSteps(target(key, instance), `${instance.place.resourceGroup}-${namesOf(key).vm}`),
  "break-glass": (key, instance, { breakGlass }) => [
    {
      text: "Use the break-glass key, which your admins keep: replace KEY-FILE with its file.",
      code: `ssh -i KEY-FILE ${breakGlass}@${instance.publicIp ?? namesOf(key).vm}`,
    },
  ],
};

function accessSentence(access: readonly Access[], openToAll: boolean): Words {
  if (openToAll) return openToAllWarning;
  if (access.length === 0)
    return "Open SSH for your own IPv4 address: press Open access. Until then nobody can reach your VM.";
  return words`SSH is open for ${openAddresses(access)}.`;
}

/** For which addresses SSH is open, and until when. */
export const openAddresses = (access: readonly Access[]): Words =>
  joined(
    access.map(({ address, until }) => words`${address} until ${instant(until)}`),
    ", ",
  );
