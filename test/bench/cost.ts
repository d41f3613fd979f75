import { wishesOf } from "./answers.ts";
import { type Measure, table } from "./section.ts";

/**
 * List prices of East US in dollars ("Azure Functions pricing", Flex Consumption; "Azure Storage pricing", 2026). A call to the storage
 * costs what the dearest kind does.
 */
const prices = {
  gbSecond: 0.000026,
  freeGbSeconds: 100_000,
  execution: 0.4 / 1_000_000,
  freeExecutions: 250_000,
  alwaysReadyGbSecond: 0.000004,
  alwaysReadyExecutionGbSecond: 0.000016,
  storageCall: 0.004 / 10_000,
  /** A VM of 1 vCPU and 2 GB, Linux, 730 hours, without its disk. */
  b1ms: 0.0207 * 730,
} as const;

/** As infra/modules/app.bicep has it. An execution is billed for a second at least. */
const memoryGb = 2;
const secondsPerExecution = 1;
const secondsInMonth = 730 * 3600;
const sweeps = 730 * 60;

/** What somebody does in a month: 21 days of work. */
const habits: Readonly<Record<string, number>> = {
  start: 21,
  stop: 21,
  status: 42,
  connect: 21,
  "open-access": 21,
  help: 2,
  // One nightly backup a day, which takes the same steps as one that is asked for.
  "backup now": 30,
};

/** What the bot itself costs in a month, without the VMs of its members. */
export const cost: Measure = async (stage) => {
  const { wishes, idleSweep } = await wishesOf(stage);
  const perMember = wishes.reduce(
    (sum, { name, executions, inAll }) => {
      const times = habits[name] ?? 0;
      return { executions: sum.executions + times * executions, calls: sum.calls + times * inAll };
    },
    { executions: 0, calls: 0 },
  );
  const usageOf = (members: number) => ({
    executions: sweeps + members * perMember.executions,
    calls: sweeps * idleSweep + members * perMember.calls,
  });
  const rows = [
    ["none always ready", 0],
    ["one (`work` or HTTP)", 1],
    ["two (the default: one for HTTP, one for `work`)", 2],
  ] as const;
  const dollars = (amount: number) => `$${amount.toFixed(2)}`;
  const usage = { idle: usageOf(0), hundred: usageOf(100) };
  return {
    title: "What the bot costs in a month (estimate)",
    raw: { perMember, usage, prices, habits },
    lines: [
      ...table(
        ["instances", "idle", "100 members", "an always-on B1ms instead"],
        rows.map(([name, ready]) => [
          name,
          dollars(monthly(usage.idle, ready)),
          dollars(monthly(usage.hundred, ready)),
          dollars(prices.b1ms),
        ]),
      ),
      "",
      `When idle, it runs ${usage.idle.executions} times a month, nearly always for the sweep, with ${usage.idle.calls} calls to the storage; a member who works 21 days adds ${perMember.executions} runs and ${perMember.calls} calls. Each run counts as one second of ${memoryGb} GB, the minimum that is billed. Monitoring costs extra; see docs/deploy.md.`,
    ],
  };
};

/** @param ready how many instances are always ready; the sweep runs on demand in any case */
function monthly({ executions, calls }: { executions: number; calls: number }, ready: number): number {
  const onDemand = ready === 0 ? executions : sweeps;
  const gbSeconds = onDemand * secondsPerExecution * memoryGb;
  const readyGbSeconds = (executions - onDemand) * secondsPerExecution * memoryGb;
  return (
    Math.max(0, gbSeconds - prices.freeGbSeconds) * prices.gbSecond +
    Math.max(0, onDemand - prices.freeExecutions) * prices.execution +
    ready * memoryGb * secondsInMonth * prices.alwaysReadyGbSecond +
    readyGbSeconds * prices.alwaysReadyExecutionGbSecond +
    (executions - onDemand) * prices.execution +
    calls * prices.storageCall
  );
}
