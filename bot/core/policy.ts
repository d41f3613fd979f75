import type { NetworkPolicy } from "./networkPolicy.ts";
import type { Settings } from "./settings.ts";

/** What admins have set in chat; what they have not stays as the bot's environment says. */
export interface Policy {
  /** The sizes on offer; the first is what a request without one gets. */
  readonly sizes?: readonly string[] | undefined;
  readonly networkPolicy?: NetworkPolicy | undefined;
  readonly accessHours?: number | undefined;
  readonly keepDays?: number | undefined;
  readonly backupDays?: number | undefined;
  readonly nightlyKeep?: number | undefined;
  readonly auditDays?: number | undefined;
  readonly mostAddresses?: number | undefined;
  readonly mostBackups?: number | undefined;
}

/** What a number may be, in chat as in the environment. */
export const ranges = {
  accessHours: [1, 168],
  keepDays: [1, 365],
  backupDays: [1, 365],
  nightlyKeep: [0, 30],
  // What `audit` can be asked for stays at least.
  auditDays: [90, 3650],
  mostAddresses: [1, 20],
  mostBackups: [0, 50],
} as const satisfies Partial<Record<keyof Policy, readonly [number, number]>>;
export type PolicyNumber = keyof typeof ranges;

export const sizePattern = /^Standard_[A-Za-z0-9_]+$/;
/** One card shows them all with their prices. */
export const mostSizes = 10;

/** The settings with what admins have set over them. */
export const settingsUnder = (settings: Settings, policy: Policy | undefined): Settings => {
  const sizes = policy?.sizes ?? settings.sizes;
  return {
    ...settings,
    sizes,
    size: sizes[0] ?? settings.size,
    networkPolicy: policy?.networkPolicy ?? settings.networkPolicy,
    accessHours: policy?.accessHours ?? settings.accessHours,
    keepDays: policy?.keepDays ?? settings.keepDays,
    backupDays: policy?.backupDays ?? settings.backupDays,
    nightlyKeep: policy?.nightlyKeep ?? settings.nightlyKeep,
    auditDays: policy?.auditDays ?? settings.auditDays,
    mostAddresses: policy?.mostAddresses ?? settings.mostAddresses,
    mostBackups: policy?.mostBackups ?? settings.mostBackups,
  };
};
