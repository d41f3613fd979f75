import fc from "fast-check";
import { expect, test } from "vitest";
import { parse, print } from "../../../../local/azure/template/expression.ts";
import type { Expression } from "../../../../local/azure/template/language.ts";

const { expression } = fc.letrec<{
  expression: Expression;
  call: Expression;
  access: Expression;
  literal: Expression;
}>((tie) => ({
  expression: fc.oneof({ maxDepth: 5 }, tie("literal"), tie("call"), tie("access")),
  literal: fc.record({ kind: fc.constant("literal"), value: fc.oneof(fc.string(), fc.integer()) }),
  call: fc.record({
    kind: fc.constant("call"),
    name: fc.stringMatching(/^[A-Za-z_]\w{0,8}$/),
    args: fc.array(tie("expression"), { maxLength: 3 }),
  }),
  access: fc.record({ kind: fc.constant("access"), of: tie("call"), key: tie("expression") }),
}));

test("what is printed parses to the same expression", () => {
  fc.assert(
    fc.property(expression, (one) => {
      expect(parse(`[${print(one)}]`)).toEqual(one);
    }),
  );
});
