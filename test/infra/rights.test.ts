import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { neededOnInstances, neededOnScaleSet } from "../../bot/cloud/rights.ts";
import { matches } from "../../local/azure/access/condition.ts";
import { operations } from "./operations.ts";

/** What all custom roles in the compiled template name, nested templates included. */
function granted(value: unknown, plane: "actions" | "dataActions"): string[] {
  if (typeof value !== "object" || value === null) return [];
  const { type, properties } = value as {
    type?: unknown;
    properties?: { permissions?: Record<string, string[]>[] };
  };
  const own =
    type === "Microsoft.Authorization/roleDefinitions"
      ? (properties?.permissions ?? []).flatMap((permission) => permission[plane] ?? [])
      : [];
  return [...own, ...Object.values(value).flatMap((part) => granted(part, plane))];
}

const template: unknown = JSON.parse(readFileSync("infra/main.json", "utf8"));

/** Granted to nobody, and known to be refused. */
const refused = "Microsoft.KeyVault/vaults/secrets/getSecret/action";

describe.each(["actions", "dataActions"] as const)("%s of the bot's roles", (plane) => {
  const patterns = [...new Set(granted(template, plane))];

  test("stand in Microsoft's lists of operations, letter for letter", () => {
    expect(patterns.length).toBeGreaterThan(2);
    const named = patterns.filter((pattern) => !pattern.includes("*"));
    expect(named.filter((name) => !operations[plane].includes(name))).toEqual([]);
  });

  test("with a star stand for operations that are listed, and each listed one is granted", () => {
    const stars = patterns.filter((pattern) => pattern.includes("*"));
    const idle = stars.filter((star) => !operations[plane].some((name) => matches(star, name)));
    expect(idle).toEqual([]);
    const missing = operations[plane].filter((name) => !patterns.some((pattern) => matches(pattern, name)));
    expect(missing).toEqual(plane === "dataActions" ? [refused] : []);
  });
});

test("what health looks for stands in Microsoft's lists too", () => {
  const looked: readonly string[] = [...neededOnInstances, ...neededOnScaleSet];
  expect(looked.filter((name) => !operations.actions.includes(name))).toEqual([]);
});
