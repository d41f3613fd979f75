import { given } from "../../../bot/core/given.ts";
import type { Resource } from "../state.ts";
import { strike, type World } from "../world.ts";
import type { Boot } from "./boot.ts";

/** What one of the scripts of `cloud-init` prints on a VM, and how it ends. */
export interface HelperAnswer {
  readonly lines: readonly string[];
  readonly exitCode: number;
  /** Simulated seconds; default 2. */
  readonly seconds?: number;
}

interface Helper {
  /** Its name in the fault `script`. */
  readonly name: string;
  /** The text that identifies it. */
  readonly mark: string;
  /** `variables`: those that the bot put in front of the text. */
  answer(given: {
    readonly world: World;
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
    answer({ world, machine, up, failing }) {
      const { keys, model, note } = keyStatus(world, machine);
      const lines = [
        "ok    home disk at /home",
        "ok    first boot",
        note ? `FAIL  keys: ${note}; openclaw-key set NAME` : "ok    keys",
        up ? "ok    service openclaw" : "FAIL  service openclaw: exit-code",
        up && !failing
          ? "ok    gateway answers"
          : "FAIL  gateway answers: it needs up to a minute after a start",
        "ok    space on the home disk (3% used)",
        `model ${model}; keys: ${keys.join(", ")}`,
      ];
      return { lines, exitCode: lines.some((line) => line.startsWith("FAIL")) ? 1 : 0 };
    },
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
    answer: ({ machine, variables, failing }) => {
      if (failing) return json({ applied: false, stage: "dry-run", reason: "agents: Unrecognized key" }, 21);
      if (variables["DRY_RUN"]) return json({ applied: false, tried: true });
      machine.hidden["patch"] = atob(variables["PATCH"] ?? "");
      return json({ applied: true, hash: variables["HASH"] ?? "" });
    },
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
    answer({ world, machine, failing }) {
      if (failing) return { lines: [], exitCode: 1 };
      // From now on the VM has these, whatever the vault gets later.
      machine.hidden["secretVersions"] = secretVersions(world, machine);
      world.changed = true;
      return json(keyStatus(world, machine));
    },
  },
];

const secretsOf = (machine: Resource): readonly string[] => ["openclaw-shared", machine.name];

/** The current newest version of each of this VM's secrets. */
const secretVersions = ({ state }: World, machine: Resource): Record<string, string> =>
  Object.fromEntries(
    secretsOf(machine).flatMap((name) => {
      const version = state.secrets[name]?.versions.at(-1)?.version;
      return version === undefined ? [] : [[name, version] as const];
    }),
  );

/** What keys.py found on this VM: the names in the shared secret and in its member's, which has the VM's name. */
export function keyStatus(world: World, machine: Resource) {
  const keys = secretsOf(machine).flatMap((name) => {
    try {
      const found: unknown = JSON.parse(given(world.state.secrets[name]?.versions.at(-1)?.value) ?? "{}");
      return Object.entries(found ?? {}).flatMap(([key, value]) =>
        typeof value === "string" && given(value) === undefined ? [] : [key],
      );
    } catch {
      return [];
    }
  });
  const usable = keys.some((key) => /^(ANTHROPIC|OPENAI)_API_KEY$/.test(key));
  return {
    keys: [...new Set(keys)].toSorted((a, b) => a.localeCompare(b)),
    model: "anthropic/claude-sonnet-5",
    problem: "",
    note: usable ? "" : "no model key: set ANTHROPIC_API_KEY or OPENAI_API_KEY",
  };
}

/** The script's current answer on this VM; undefined: not one of ours. */
export function helperAnswer(world: World, script: string, machine: Resource): HelperAnswer | undefined {
  const helper = helpers.find(({ mark }) => script.includes(mark));
  if (!helper) return undefined;
  const boot = machine.hidden["boot"] as Boot | undefined;
  const up = boot !== undefined && boot.gateway <= world.now && [0, 2].includes(boot.exitCode);
  const failing = strike(world, "script", (fault) => (fault.target ?? helper.name) === helper.name);
  return helper.answer({
    world,
    machine,
    up,
    variables: variablesOf(script),
    failing: failing !== undefined,
  });
}

/** One of a log's two pages, newest line last, as logs.sh prints it. */
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
