import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Scope } from "../../../../local/azure/template/plan.ts";
import { bicep, groupScope, openReferee, type Referee, whySkipped } from "../../../infra/referee.ts";

const { resourceGroup: _, ...subscriptionScope } = groupScope;
const cases: { file: string; scope: Scope; about: string }[] = [
  { file: "functions", scope: groupScope, about: "every function on its own" },
  {
    file: "group",
    scope: groupScope,
    about: "types, existing resources, open values, loops, conditions, children",
  },
  {
    file: "subscription",
    scope: subscriptionScope,
    about: "nested deployments across scopes, loops of modules, outputs of outputs",
  },
];

if (bicep === undefined) console.log(`skipped: ${whySkipped}`);

describe.skipIf(bicep === undefined)(
  "the evaluator agrees with Microsoft's engine",
  { timeout: 60_000 },
  () => {
    let referee: Referee;
    beforeAll(async () => {
      referee = await openReferee(bicep ?? "");
    });
    afterAll(() => referee.close());

    test.each(cases)("$about", async ({ file, scope }) => {
      const source = join(import.meta.dirname, "fixtures", `${file}.bicep`);
      const { differences } = await referee.compare(source, await referee.compile(source), {}, scope);
      expect(differences).toEqual([]);
    });
  },
);
