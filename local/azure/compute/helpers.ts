import type { Resource } from "../state.ts";
import { strike, type World } from "../world.ts";
import type { Boot } from "./script.ts";

/** What one of the scripts of `cloud-init` prints on a VM, and how it ends. */
export interface HelperAnswer {
  readonly lines: readonly string[];
  readonly exitCode: number;
  /** Simulated seconds; 2 unless it says otherwise. */
  readonly seconds?: number;
}

interface Helper {
  /** As the fault `script` names it. */
  readonly name: string;
  /** By what its text is known. */
  readonly mark: string;
  /** `variables`: those that the bot has put in front of the text. */
  answer(given: {
    readonly machine: Resource;
    readonly up: boolean;
    readonly variables: Readonly<Record<string, string>>;
    readonly failing: boolean;
  }): HelperAnswer;
}

const json = (value: unknown, exitCode = 0): HelperAnswer => ({ lines: [JSON.stringify(value)], exitCode });

const helpers: readonly Helper[] = [
  {
    name: "end-sessions",
    mark: "ended={peer}",
    answer: () => ({ lines: ["count=0"], exitCode: 0 }),
  },
  {
    name: "doctor",
    mark: "# openclaw-doctor:",
    answer: ({ up, failing }) => ({
      lines: [
        "ok    home disk at /home",
        "ok    first boot",
        "ok    keys",
        up ? "ok    service openclaw" : "FAIL  service openclaw: exit-code",
        up && !failing
          ? "ok    gateway answers"
          : "FAIL  gateway answers: it needs up to a minute after a start",
        "ok    space on the home disk (3% used)",
        "model anthropic/claude-sonnet-5; keys: ANTHROPIC_API_KEY",
      ],
      exitCode: up && !failing ? 0 : 1,
    }),
  },
  {
    name: "quiesce",
    mark: "gateway suspend --json --request-id",
    answer: ({ failing }) =>
      failing ? json({ quiesced: false, blockers: ["run"] }, 20) : json({ quiesced: true }),
  },
  {
    name: "apply-config",
    mark: "config patch --stdin",
    answer: ({ failing }) =>
      failing ? json({ applied: false, stage: "dry-run", reason: "invalid" }, 21) : json({ applied: true }),
  },
  {
    name: "logs",
    mark: "# openclaw-logs:",
    answer: ({ up, variables, failing }) =>
      failing ? { lines: [], exitCode: 22 } : { lines: logPage(variables, up), exitCode: 0 },
  },
  {
    name: "refresh-secrets",
    mark: "keys.py refresh",
    answer: ({ failing }) =>
      failing
        ? { lines: [], exitCode: 1 }
        : json({ keys: ["ANTHROPIC_API_KEY"], model: "anthropic/claude-sonnet-5", problem: "", note: "" }),
  },
];

/** What the script answers on this VM now; undefined: it is none of ours. */
export function helperAnswer(world: World, script: string, machine: Resource): HelperAnswer | undefined {
  const helper = helpers.find(({ mark }) => script.includes(mark));
  if (!helper) return undefined;
  const boot = machine.hidden["boot"] as Boot | undefined;
  const up = boot !== undefined && boot.gateway <= world.now && [0, 2].includes(boot.exitCode);
  const failing = strike(world, "script", (fault) => (fault.target ?? helper.name) === helper.name);
  return helper.answer({ machine, up, variables: variablesOf(script), failing: failing !== undefined });
}

/** A page of a log of two, the newest line last, as logs.sh prints it. */
function logPage({ KIND = "gateway", PAGE = "1" }: Readonly<Record<string, string>>, up: boolean): string[] {
  const page = Math.min(Math.max(Number(PAGE), 1), 2);
  const last = up ? "gateway: ready, key ••••" : "gateway: starting";
  const lines = Array.from({ length: 20 }, (_, i) => `${KIND}: line ${i + 1} of page ${page}`);
  return [`page=${page} pages=2`, ...lines, ...(page === 1 ? [last] : [])];
}

/** The assignments in front of a script. */
function variablesOf(script: string): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const line of script.split("\n")) {
    const [, name, value] = /^([A-Z_]+)='([^']*)'$/.exec(line) ?? [];
    if (name === undefined || value === undefined) break;
    found[name] = value;
  }
  return found;
}
