import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { armClients, type Clients } from "../../../bot/cloud/clients.ts";
import { deploymentTruth } from "../../../bot/cloud/deployments.ts";
import { exitCodeIn } from "../../../bot/cloud/exitCode.ts";
import { runNames, runTruth } from "../../../bot/cloud/runs.ts";
import type { RunTruth } from "../../../bot/core/cloud.ts";
import { hasEnded } from "../../../bot/core/runs.ts";
import { gateFault } from "../../../bot/steps/gateFault.ts";
import { keysIn } from "../../../bot/steps/vmAnswers.ts";
import { type Ended, expected, lastOf, own, samples, type View } from "../../runCommands.ts";
import { anyToken, cannedServer } from "./canned.ts";

/** Run commands as Azure shows them, and what is read from that. */
let server: Awaited<ReturnType<typeof cannedServer>>;
let clients: Clients;
beforeAll(async () => {
  server = await cannedServer();
  clients = armClients({ credential: anyToken, endpoint: server.url, scope: "any/.default" })("s");
});
afterAll(() => server.close());

const ok = (body: unknown) => ({ status: 200, body });
/** What is read of a run command whose view is this one. */
async function read(instanceView: View, more: object = {}): Promise<RunTruth | undefined> {
  server.answer(ok({ properties: { provisioningState: "Succeeded", instanceView, ...more } }));
  return runTruth(clients.compute, "group", "vm", "run");
}

/** The handler's own message, as Go writes JSON. */
const messageOf = (view: View) => JSON.stringify(view).replaceAll("<", "\\u003c");
/** How Azure may tell of a run command that failed: nobody outside knows. */
const frames: Readonly<Record<string, (view: View) => string>> = {
  "its whole message": (view) =>
    `VM has reported a failure when processing extension 'ready' (publisher 'Microsoft.CPlat.Core' and type 'RunCommandHandlerLinux'). Error message: '${messageOf(view)}'. More information is available at https://aka.ms/vmextensionlinuxtroubleshoot.`,
  "its message in JSON once more": (view) => JSON.stringify({ message: messageOf(view) }),
  "its reason alone": (view) => `Error message: "${view.executionMessage}".`,
  "words of Azure's own": (view) =>
    `The run command 'ready' failed with exit code ${view.exitCode}.\n[stdout]\n${view.output}\n[stderr]\n${view.error}`,
};

async function holds(view: View, { state, exitCode, reason, refusal }: Ended): Promise<RunTruth> {
  const run = await read(view);
  expect(run).toMatchObject({ state, exitCode });
  if (!run) throw new Error("there is none");
  expect(run.refusal ?? "").toContain(refusal ?? "");
  expect(run.refusal === undefined).toBe(refusal === undefined);
  if (state !== "failed") return run;
  const fault = gateFault(run, "RunCommandFailed", "c");
  expect(fault.code).toBe(reason);
  expect(fault.detail).toContain(refusal ?? `exit code ${exitCode}`);
  // The handler names no code in a reason of its own.
  for (const [frame, text] of Object.entries(frames))
    if (refusal === undefined || !frame.includes("reason"))
      expect([frame, exitCodeIn(text(view))]).toEqual([frame, exitCode]);
  return run;
}

describe("as Microsoft's handler has written it", () => {
  test.skipIf(samples.length === 0)("each case that was recorded has its line in the table", () => {
    expect(samples).toHaveLength(51);
    expect(samples.map((sample) => sample.case).toSorted()).toEqual(Object.keys(expected).toSorted());
  });

  test.for(samples.map((sample) => [sample.case, sample] as const))("%s", async ([name, sample]) => {
    await holds(lastOf(sample).instanceView, expected[name] as Ended);
    for (const { moment, instanceView } of sample.steps.flatMap(({ statusWrites }) => statusWrites)) {
      if (moment === "end") continue;
      const { output } = instanceView;
      expect(await read(instanceView)).toMatchObject({ state: "running", exitCode: undefined, output });
    }
  });

  test.skipIf(samples.length === 0)("what it writes besides is no answer of the script", async () => {
    const said = samples.find((sample) => sample.case === "stderr-json");
    if (!said) throw new Error("not recorded");
    expect(keysIn((await read(lastOf(said).instanceView))?.output ?? "")?.names).toEqual(["OPENAI_API_KEY"]);
  });
});

describe("in our own words", () => {
  test.for(Object.entries(own))("%s", async ([, { view, ended, answer }]) => {
    const run = await holds(view, ended);
    if (answer !== undefined) expect(run.output).toBe(answer);
  });

  test("there are ten", () => expect(Object.keys(own)).toHaveLength(10));

  test("its time may be over although it still says that it runs: the VM was stopped under it", async () => {
    const view = { executionState: "Running", startTime: "2026-11-22T10:00:00Z" } as View;
    const run = (await read(view, { timeoutInSeconds: 60 })) as RunTruth;
    expect(hasEnded(run, new Date("2026-11-22T10:10:00Z"))).toBe(false);
    expect(hasEnded(run, new Date("2026-11-22T10:11:01Z"))).toBe(true);
  });
});

test.for<[string, string, number | undefined]>([
  ["as the handler writes it", "Execution failed: command terminated with exit status=14", 14],
  ["as the handler's own JSON has it", String.raw`{\"executionState\":\"Failed\",\"exitCode\": 14}`, 14],
  ["in Azure's words, where there are no others", "The script failed: exit code 14", 14],
  ["before what the script has printed", "exit status=14\n[stdout]\nnpm ERR! exit code 12", 14],
  ["behind what the script has printed", "npm ERR! exit code 12\ncommand terminated with exit status=14", 14],
  ["in JSON behind what it has printed", 'npm: exit code 12", "exitCode": 14', 14],
  ["nowhere", "exit 14", undefined],
])("the exit code is found %s", ([, text, code]) => {
  expect(exitCodeIn(text)).toBe(code);
});

describe("a build that failed", () => {
  const compute = "Microsoft.Compute/virtualMachines";
  const told = (type: string, name: string, code: string, message: string) => {
    const error = { code: "ResourceDeploymentFailure", message: "", details: [{ code, message }] };
    server.answer(
      ok({ properties: { provisioningState: "Failed", correlationId: "c" } }),
      ok({
        value: [
          {
            properties: {
              timestamp: "2026-11-22T10:00:00Z",
              provisioningState: "Failed",
              statusMessage: { status: "Failed", error },
              targetResource: { resourceType: type, resourceName: name },
            },
          },
        ],
      }),
    );
    return deploymentTruth(clients.deployments, "group", "name");
  };
  const provisioning = "VMExtensionProvisioningError";
  const says = (view: View) => frames["its whole message"]?.(view) ?? "";
  const refused = own["the vault refuses"]?.view as View;

  test.for<[string, string, string, string, object]>([
    ["its gate", `${compute}/runCommands`, "vm/ready-op", says(refused), { failed: "gate", exitCode: 14 }],
    [
      "its gate, in words that name no handler",
      `${compute.toLowerCase()}/runcommands`,
      "vm/ready-op",
      "The script failed: exit code 14",
      { failed: "gate", exitCode: 14 },
    ],
    [
      "the extension for sign-in",
      `${compute}/extensions`,
      "vm/AADSSHLoginForLinux",
      "command terminated with exit status=100",
      { failed: "signIn", exitCode: undefined },
    ],
    [
      "the extension for sign-in, in words that name the handler of run commands",
      `${compute}/extensions`,
      "vm/AADSSHLoginForLinux",
      "RunCommandHandlerLinux: exit code 14",
      { failed: "signIn", exitCode: undefined },
    ],
    [
      "another extension",
      `${compute}/extensions`,
      "vm/Somebody",
      says(refused),
      { failed: undefined, exitCode: undefined },
    ],
    ["the VM", compute, "vm", "RunCommandHandlerLinux", { failed: undefined, exitCode: undefined }],
  ])("by %s is recognized by the target of its operation", async ([, type, name, message, truth]) => {
    expect(await told(type, name, provisioning, message)).toMatchObject({
      ...truth,
      fault: { code: provisioning, detail: message },
    });
  });
});

test("all run commands of a VM are listed by name, whosever they are", async () => {
  server.answer(ok({ value: [{ name: "ready-abcdefghijkl" }, { name: "somebody-else" }] }));
  expect(await runNames(clients.compute, "group", "vm")).toEqual(["ready-abcdefghijkl", "somebody-else"]);
});
