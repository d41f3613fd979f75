import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inject } from "vitest";
import type { TestProject } from "vitest/node";
import { startAzurite } from "../local/azurite.ts";

declare module "vitest" {
  interface ProvidedContext {
    azurite: { connectionString: string; claims: string };
  }
}

const count = 500;
const accountName = (index: number) => `test${index}`;

/** Vitest's global set-up: one Azurite for the whole run, in memory. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const claims = mkdtempSync(join(tmpdir(), "azurite-claims-"));
  const accounts = Array.from({ length: count }, (_, index) => accountName(index));
  const azurite = await startAzurite({ accounts });
  project.provide("azurite", { connectionString: azurite.connectionString("ACCOUNT"), claims });
  return async () => {
    await azurite.stop();
    rmSync(claims, { recursive: true });
  };
}

/** The connection string of a storage account that nothing else in this run uses, empty. */
export function storageAccount(): string {
  const { connectionString, claims } = inject("azurite");
  for (let index = 0; index < count; index += 1) {
    // Test files run in processes of their own: making a folder is the claim that only one of them can win.
    if (claimed(join(claims, accountName(index))))
      return connectionString.replaceAll("ACCOUNT", accountName(index));
  }
  throw new Error(`all ${count} storage accounts of this test run are taken`);
}

function claimed(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}
