import type { Login, SnapshotTruth, Truth } from "../../bot/core/cloud.ts";
import { newInstance } from "../../bot/core/instance.ts";
import type { OperationName, OperationRecord, View } from "../../bot/core/operation.ts";
import { policySettings } from "../../bot/core/policySettings.ts";
import { usualValues } from "./usualValues.ts";

const now = new Date("2026-11-22T10:00:00Z");
export const later = (seconds: number) => new Date(now.getTime() + seconds * 1000).toISOString();
const place = { subscription: "11111111-1111-4111-8111-111111111111", resourceGroup: "openclaw-rg" };

export const settings: View["settings"] = {
  place,
  tenant: "33333333-3333-4333-8333-333333333333",
  location: "eastus2",
  size: "Standard_B2als_v2",
  homeDisk: { sizeGb: 30, sku: "StandardSSD_LRS" },
  sizes: ["Standard_B2als_v2"],
  ...usualValues(policySettings),
  backupGroup: "openclaw-backup-rg",
  backupHour: 3,
  openclawPort: 18789,
  publicUrl: "https://bot.contoso.com",
  azurePace: 1,
  agentConfig: { agents: {} },
  vault: "openclaw-kv",
  breakGlass: undefined,
  bootstrapAdmins: [],
  recoveryAdmins: [],
};

export interface Given {
  readonly truth?: Truth;
  readonly operation?: Partial<OperationRecord>;
  readonly instance?: Partial<View["instance"]>;
  readonly member?: Partial<View["member"]>;
  readonly elapsedSeconds?: number;
  readonly fault?: View["fault"];
  readonly blind?: View["blind"];
  /** ISO 8601. */
  readonly now?: string;
  readonly config?: ReturnType<NonNullable<View["config"]>>;
}

/** What an operation sees, with everything ordinary but what a test names. */
export function view(name: OperationName, given: Given = {}): View {
  return {
    operation: {
      id: "op2345abcdef",
      name,
      startedAt: now.toISOString(),
      status: "running",
      phase: "queued",
      input: {},
      notes: {},
      looks: 0,
      nextLookAt: now.toISOString(),
      ...given.operation,
    },
    member: {
      key: "miaaaaaaaa",
      objectId: "22222222-2222-4222-8222-222222222222",
      name: "Mia Member",
      role: "user",
      loginRole: "user",
      accounts: [],
      status: "active",
      addedAt: now.toISOString(),
      ...given.member,
    },
    instance: { ...newInstance(place, now), ...given.instance },
    truth: given.truth ?? {},
    now: given.now ? new Date(given.now) : now,
    elapsedSeconds: given.elapsedSeconds ?? 1,
    fault: given.fault,
    blind: given.blind,
    config: () => given.config,
    settings,
  };
}

export const identity = { id: "/identity", principalId: "principal", clientId: "client" };
export const secret = { granted: true };
export const vm = (
  power: NonNullable<Truth["vm"]>["power"],
  generation = "op2345abcdef",
): NonNullable<Truth["vm"]> => ({
  id: "/vm",
  power,
  provisioning: "succeeded",
  generation,
  size: "Standard_B2als_v2",
  signIn: "ready",
});

/** A role assignment on a resource of its own. */
export const login = (id: string, role: Login["role"] = "user", at?: string): Login => ({
  id,
  role,
  scope: id,
  at,
});
/** What the member may do: these logins, and nothing elsewhere. */
export const held = (...logins: readonly Login[]) => ({ roles: { logins, elsewhere: [] } });
/** They may log in everywhere. */
export const mayLogIn = held(login("/a"), login("/b"), login("/c"));
export const pins = {
  size: "Standard_B2als_v2",
  imageVersion: "24.04.202611010",
  sshPublicKey: "ssh-ed25519 AAAA",
  homeDisk: "create",
  template: "hash",
} as const;
/** Of the home disk, made by the operation itself, ten seconds after the VM has stopped unless a test says otherwise. */
export const snapshot = (change: Partial<SnapshotTruth> = {}): SnapshotTruth => ({
  id: "/snapshots/openclaw-miaaaaaaaa-op2345abcdef",
  name: "openclaw-miaaaaaaaa-op2345abcdef",
  createdAt: later(10),
  sourceDisk: "/home",
  complete: true,
  failed: false,
  sizeGb: 30,
  tags: { key: "miaaaaaaaa", kind: "teardown", expires: later(3600), madeAfterQuiesce: "true" },
  ...change,
});
export const homeDisk = (everMounted: boolean, tags = {}): NonNullable<Truth["homeDisk"]> => ({
  id: "/home",
  sizeGb: 30,
  sku: "StandardSSD_LRS",
  everMounted,
  attached: false,
  ...(everMounted ? { ownedSince: later(0) } : {}),
  tags,
});

/** A step in a few words: what is done, waited for, or how it ends. */
export function inWords(step: ReturnType<import("../../bot/core/operation.ts").Operation["next"]>): string {
  if ("finish" in step) return step.fault ? `${step.finish}: ${step.fault.code}` : step.finish;
  if ("act" in step) return step.act.do === "delete" ? `delete ${step.act.part}` : step.act.do;
  return "wait";
}
