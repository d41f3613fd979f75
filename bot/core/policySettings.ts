import type { SettingTable } from "./setting.ts";

export const networkPolicies = ["locked", "open"] as const;
/** `open`: any address may reach SSH at any time. */
export type NetworkPolicy = (typeof networkPolicies)[number];

/**
 * What admins may change in chat. Settings, environment, `policy set`, `policy show` and the stored row follow from this table; tests
 * compare the deployment's parameters, the guide and the example environment with it. In one place, because core's types name each setting.
 */
export const policySettings = {
  networkPolicy: {
    option: "network",
    variable: "NETWORK_POLICY",
    about: "Whether SSH access is closed until a member opens it",
    usual: "locked",
    choices: networkPolicies,
  },
  accessHours: {
    option: "access-hours",
    variable: "ACCESS_HOURS",
    about: "How many hours SSH access stays open",
    usual: 12,
    range: [1, 168],
  },
  keepDays: {
    option: "keep-days",
    variable: "KEEP_DAYS",
    about: "How many days a former member's instance is kept",
    usual: 14,
    range: [1, 365],
    keeps: true,
  },
  backupDays: {
    option: "backup-days",
    variable: "BACKUP_DAYS",
    about: "How many days a snapshot is kept",
    usual: 30,
    range: [1, 365],
    keeps: true,
  },
  nightlyKeep: {
    option: "nightly-keep",
    variable: "NIGHTLY_KEEP",
    about: "How many nightly snapshots are kept; 0 turns them off",
    usual: 7,
    range: [0, 30],
    keeps: true,
  },
  auditDays: {
    option: "audit-days",
    variable: "AUDIT_DAYS",
    about: "How many days the audit is kept",
    usual: 365,
    // No less than `audit` can be asked for.
    range: [90, 3650],
    keeps: true,
  },
  mostAddresses: {
    option: "most-addresses",
    variable: "MOST_ADDRESSES",
    about: "How many addresses a member may open SSH access from at a time",
    usual: 5,
    range: [1, 20],
    unit: " per member",
  },
  mostBackups: {
    option: "most-backups",
    variable: "MOST_BACKUPS",
    about: "How many backups made on request are kept per member; 0 turns them off",
    usual: 10,
    range: [0, 50],
    unit: " per member",
  },
} as const satisfies SettingTable;
export type PolicySettings = typeof policySettings;
