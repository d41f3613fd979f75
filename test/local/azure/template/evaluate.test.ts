import { describe, expect, test } from "vitest";
import { plan } from "../../../../local/azure/template/evaluate.ts";
import type { Parameters, Read, Scope, Template } from "../../../../local/azure/template/plan.ts";

const scope: Scope = {
  subscriptionId: "s1",
  tenantId: "t1",
  resourceGroup: "rg1",
  location: "eastus2",
  deployment: "d1",
};
const inGroup = (path: string) => `/subscriptions/s1/resourceGroups/rg1/providers/${path}`;
const template = (parts: Template): Template => ({ languageVersion: "2.0", resources: {}, ...parts });
const none: Read = () => undefined;

const identity = (name: string, more: object = {}) => ({
  type: "Microsoft.ManagedIdentity/userAssignedIdentities",
  apiVersion: "2024-11-30",
  name,
  ...more,
});
const identityId = (name: string) => inGroup(`Microsoft.ManagedIdentity/userAssignedIdentities/${name}`);

/** What one expression yields as an output. */
function value(expression: string, parameters: Template = {}): unknown {
  const outputs = { it: { type: "object", value: expression } };
  const [it] = Object.values(plan(template({ parameters, outputs }), {}, scope).outputs(none));
  return it?.value;
}

function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return "accepted";
}

describe("expressions", () => {
  // Values taken from Microsoft's own engine (`bicep snapshot`); the referee test compares many more.
  test.each([
    ["text stays text", "plain", "plain"],
    ["[[ means a text that starts with [", "[[plain]", "[plain]"],
    ["[ without ] at the end is text", "[Unit]\nx", "[Unit]\nx"],
    ["quotes are doubled", "[concat('it''s ', 'so')]", "it's so"],
    ["format writes True as .NET does", "[format('{0}-{1:D3}', true(), 7)]", "True-007"],
    ["guid is a version 5 UUID", "[guid('a', 'b')]", "2d796349-8c7e-55ec-9624-54ece82ed031"],
    [
      "uniqueString is Azure's hash",
      "[uniqueString('/subscriptions/00000000-0000-0000-0000-000000000001', 'dev')]",
      "iyva4b5lvpqhm",
    ],
    ["names are found without regard to case", "[createObject('Ab', 1).aB]", 1],
    [
      "lambdas close over what is around",
      "[map(createArray(1, 2), lambda('x', add(lambdaVariables('x'), 10)))]",
      [11, 12],
    ],
    ["only the chosen branch is evaluated", "[if(equals(1, 1), 'yes', div(1, 0))]", "yes"],
    ["resourceId", "[resourceId('A.B/c/d', 'x', 'y')]", inGroup("A.B/c/x/d/y")],
    [
      "resourceId elsewhere",
      "[resourceId('s2', 'rg2', 'A.B/c', 'x')]",
      "/subscriptions/s2/resourceGroups/rg2/providers/A.B/c/x",
    ],
    [
      "subscriptionResourceId",
      "[subscriptionResourceId('A.B/c', 'x')]",
      "/subscriptions/s1/providers/A.B/c/x",
    ],
    ["extensionResourceId", "[extensionResourceId('/a/b', 'A.B/c', 'x')]", "/a/b/providers/A.B/c/x"],
    ["resourceGroup", "[resourceGroup().location]", "eastus2"],
    ["deployment", "[deployment().name]", "d1"],
  ])("%s", (_, expression, expected) => {
    expect(value(expression)).toEqual(expected);
  });

  test.each([
    [
      "[foo(1)]",
      "The template function 'foo' is not valid. Please see https://aka.ms/arm-functions for usage details.",
    ],
    ["[parameters('nope')]", "The template parameter 'nope' is not found."],
    ["[variables('nope')]", "The template variable 'nope' is not found."],
    [
      "[createObject('a', 1).b]",
      "The language expression property 'b' doesn't exist, available properties are 'a'.",
    ],
    ["[createArray(1)[3]]", "The language expression property array index '3' is out of bounds."],
    [
      "[int('x')]",
      "The template language function 'int' cannot convert provided value 'x' to integer value.",
    ],
    [
      "[union(1, 2)]",
      "expects its first parameter to be of type 'Array, Object'. The provided value is of type 'Integer'.",
    ],
    ["[parseCidr('10.0.0.0/33')]", "The specified CIDR '10.0.0.0/33' is not valid."],
    ["[concat('a']", "Unable to parse language expression '[concat('a']'"],
  ])("%s is refused", (expression, words) => {
    const refused = refusal(() => value(expression));
    expect(refused).toMatch(/^Deployment template validation failed: '.*'\.$/s);
    expect(refused).toContain(words);
  });
});

describe("parameters", () => {
  const declared = {
    size: { type: "string", minLength: 3, maxLength: 5, defaultValue: "abcd" },
    port: { type: "int", minValue: 3, maxValue: 5, defaultValue: 4 },
    kind: { type: "string", allowedValues: ["x", "y"], defaultValue: "x" },
    list: { type: "array", items: { type: "string" }, minLength: 1, defaultValue: ["a"] },
    shape: { $ref: "#/definitions/shape", defaultValue: { kind: "a" } },
    tags: { type: "object", additionalProperties: { type: "string" }, defaultValue: {} },
    maybe: { type: "string", nullable: true },
    secret: { type: "securestring", defaultValue: "hush" },
    other: { type: "string", defaultValue: "[concat(parameters('size'), '!')]" },
  };
  const definitions = {
    shape: {
      type: "object",
      properties: { kind: { type: "string", allowedValues: ["a"] }, n: { type: "int", nullable: true } },
      additionalProperties: false,
    },
  };
  const given = (parameters: Parameters) =>
    plan(template({ parameters: declared, definitions }), parameters, scope);

  test("defaults are filled in, and may refer to each other; secure values are not shown", () => {
    expect(given({ size: { value: "xyz" } }).parameters).toEqual({
      size: { type: "String", value: "xyz" },
      port: { type: "Int", value: 4 },
      kind: { type: "String", value: "x" },
      list: { type: "Array", value: ["a"] },
      shape: { type: "Object", value: { kind: "a" } },
      tags: { type: "Object", value: {} },
      maybe: { type: "String", value: null },
      secret: { type: "SecureString" },
      other: { type: "String", value: "xyz!" },
    });
  });

  // The words are those of Microsoft's engine; "not provided" and "not present" are ARM's, as issues quote them.
  test.each<[string, unknown, string]>([
    [
      "size",
      "a",
      "parameter 'size' is not valid. Length of the value should be greater than or equal to '3'. Please see",
    ],
    [
      "size",
      "abcdef",
      "parameter 'size' is not valid. Length of the value should be less than or equal to '5'. Please see",
    ],
    ["size", 5, "Expected a value of type 'String, Uri', but received a value of type 'Integer'."],
    ["port", 9, "parameter 'port' is not valid. Value should be less than or equal to '5'."],
    ["port", 4.5, "Expected a value of type 'Integer', but received a value of type 'Float'."],
    [
      "kind",
      "X",
      "parameter 'kind' is not valid. The value 'X' is not part of the allowed value(s): 'x,y'.'.",
    ],
    [
      "list",
      [],
      "parameter 'list' is not valid. Length of the value should be greater than or equal to '1'.",
    ],
    ["list", [1], "parameter 'list[0]' is not valid. Expected a value of type 'String, Uri', but received"],
    [
      "shape",
      {},
      "A non-null value for the property 'kind' must be provided, but the property was null or missing.",
    ],
    [
      "shape",
      { kind: "b" },
      "parameter 'shape.kind' is not valid. The value 'b' is not part of the allowed value(s): 'a'.",
    ],
    ["shape", { kind: "a", q: 1 }, "the following unknown properties were present: ['q']."],
    ["tags", { a: 1 }, "parameter 'tags.a' is not valid."],
    ["maybe", 5, "Expected a value of type 'String, Uri, Null', but received a value of type 'Integer'."],
    [
      "nope",
      1,
      "The template parameters 'nope' in the parameters file are not valid; they are not present in the original template",
    ],
  ])("%s = %j is refused", (name, value, words) => {
    expect(refusal(() => given({ [name]: { value } }))).toContain(words);
  });

  test("a required one that is missing is refused", () => {
    const missing = () => plan(template({ parameters: { key: { type: "string" } } }), {}, scope);
    expect(refusal(missing)).toBe(
      "Deployment template validation failed: 'The value for the template parameter 'key' at line '1' and column '1' is not provided. Please see https://aka.ms/arm-create-parameter-file for usage details.'.",
    );
  });
});

describe("resources", () => {
  const planned = (resources: unknown, more: Template = {}) =>
    plan(template({ resources, ...more }), {}, scope).resources;

  test("what reference() reads stays open in the plan, implies an order, and is filled in later", () => {
    const [first, second] = planned({
      later: identity("later", { tags: { owner: "[format('<{0}>', reference('own').principalId)]" } }),
      own: identity("own"),
    });
    expect([first?.name, second?.name]).toEqual(["own", "later"]);
    expect(second?.dependsOn).toEqual([identityId("own")]);
    expect(second?.body).toEqual({
      tags: { owner: `[format('<{0}>', reference('${identityId("own")}', '2024-11-30').principalId)]` },
    });
    const read: Read = (id, version) =>
      id === identityId("own") && version === "2024-11-30"
        ? { id, properties: { principalId: "p1" } }
        : undefined;
    expect(second?.resolve(read)).toEqual({ tags: { owner: "<p1>" } });
    expect(refusal(() => second?.resolve(none))).toContain(identityId("own"));
  });

  test("loops, conditions, existing ones and options", () => {
    const resources = planned({
      boot: identity("boot", { existing: true }),
      each: identity("[format('i{0}', copyIndex())]", {
        copy: { name: "each", count: 3 },
        condition: "[not(equals(copyIndex(), 1))]",
        tags: { copy: [{ name: "list", count: 2, input: "[copyIndex('list')]" }] },
        dependsOn: ["boot"],
      }),
      last: identity("last", { dependsOn: ["each"], "@options": { onlyIfNotExists: [] } }),
    });
    expect(resources.map(({ name, onlyIfNotExists }) => [name, onlyIfNotExists])).toEqual([
      ["i0", false],
      ["i2", false],
      ["last", true],
    ]);
    expect(resources[0]?.body).toEqual({ tags: { list: [0, 1] } });
    expect(resources[2]?.dependsOn).toEqual([identityId("i0"), identityId("i2")]);
  });

  test("the old form: an array, dependsOn by resourceId, extension resources by scope", () => {
    const resources = plan(
      {
        resources: [
          {
            type: "Microsoft.Authorization/roleAssignments",
            apiVersion: "2022-04-01",
            name: "g",
            scope: "Microsoft.Compute/virtualMachines/vm/extensions/e",
            dependsOn: ["[resourceId('Microsoft.ManagedIdentity/userAssignedIdentities', 'own')]"],
          },
          identity("own"),
        ],
      },
      {},
      scope,
    ).resources;
    expect(resources.map(({ id }) => id)).toEqual([
      identityId("own"),
      inGroup(
        "Microsoft.Compute/virtualMachines/vm/extensions/e/providers/Microsoft.Authorization/roleAssignments/g",
      ),
    ]);
  });

  test("a nested deployment goes to its own group, after the group, and hands its outputs on", () => {
    const nested = {
      type: "Microsoft.Resources/deployments",
      apiVersion: "2025-04-01",
      name: "inner",
      resourceGroup: "other",
      dependsOn: ["group"],
      properties: {
        expressionEvaluationOptions: { scope: "inner" },
        mode: "Incremental",
        parameters: { name: { value: "in" } },
        template: template({
          parameters: { name: { type: "string" } },
          resources: { own: identity("[parameters('name')]", { location: "[resourceGroup().location]" }) },
          outputs: { pid: { type: "string", value: "[reference('own').principalId]" } },
        }),
      },
    };
    const group = {
      type: "Microsoft.Resources/resourceGroups",
      apiVersion: "2025-04-01",
      name: "other",
      location: "norwayeast",
    };
    const { resourceGroup: _, ...subscription } = scope;
    const outputs = { pid: { type: "string", value: "[reference('inner').outputs.pid.value]" } };
    const result = plan(template({ resources: { inner: nested, group }, outputs }), {}, subscription);
    const id =
      "/subscriptions/s1/resourceGroups/other/providers/Microsoft.ManagedIdentity/userAssignedIdentities/in";
    expect(
      result.resources.map(({ id, location, dependsOn, deploymentId }) => ({
        id,
        location,
        dependsOn,
        deploymentId,
      })),
    ).toEqual([
      {
        id: "/subscriptions/s1/resourceGroups/other",
        location: "norwayeast",
        dependsOn: [],
        deploymentId: "/subscriptions/s1/providers/Microsoft.Resources/deployments/d1",
      },
      {
        id,
        location: "norwayeast",
        dependsOn: ["/subscriptions/s1/resourceGroups/other"],
        deploymentId:
          "/subscriptions/s1/resourceGroups/other/providers/Microsoft.Resources/deployments/inner",
      },
    ]);
    expect(result.outputs(() => ({ properties: { principalId: "p" } }))).toEqual({
      pid: { type: "String", value: "p" },
    });
  });

  test.each<[string, unknown, string]>([
    [
      "a circle",
      { a: identity("a", { dependsOn: ["b"] }), b: identity("b", { dependsOn: ["a"] }) },
      "Circular dependency detected",
    ],
    [
      "an unknown dependency",
      { a: identity("a", { dependsOn: ["zz"] }) },
      "The resource 'zz' is not defined in the template.",
    ],
    [
      "a name that only a deployed resource knows",
      { a: identity("a"), b: identity("[reference('a').principalId]") },
      "The template resource 'b' at line '1' and column '1' is not valid: The template function 'reference' is not expected at this location.",
    ],
  ])("%s is refused", (_, resources, words) => {
    expect(refusal(() => planned(resources))).toContain(words);
  });
});
