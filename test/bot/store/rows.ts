import { newInstance } from "../../../bot/core/instance.ts";
import type { Member } from "../../../bot/core/member.ts";
import type { OperationRecord } from "../../../bot/core/operation.ts";
import { type PolicySettings, policySettings } from "../../../bot/core/policySettings.ts";
import { eachSetting, type Values } from "../../../bot/core/setting.ts";
import type { RowKinds } from "../../../bot/core/store.ts";

export const at = "2026-01-31T09:00:00.000Z";
const place = { subscription: "11111111-1111-1111-1111-111111111111", resourceGroup: "openclaw-rg" };
const mia = {
  platform: "discord",
  id: "102",
  name: "Mia Member",
  objectId: "22222222-2222-2222-2222-222222222222",
};
const replyTo = { platform: "discord", account: "102", data: { channel: "20" } };
const line = { command: "stop", options: { force: "true" }, generation: "abc" };

/** 0 where that is allowed, which counts as set. */
const leastValues = eachSetting(policySettings, (setting) =>
  "choices" in setting ? setting.choices.at(-1) : setting.range[0],
) as Values<PolicySettings>;

export const member = (key: string, change: Partial<Member> = {}): Member => ({
  key,
  objectId: "22222222-2222-2222-2222-222222222222",
  name: "Mia Member",
  email: "mia.member@contoso.com",
  role: "user",
  loginRole: "user",
  accounts: [mia],
  status: "active",
  addedAt: at,
  ...change,
});

export const operation = (id: string): OperationRecord => ({
  id,
  name: "request",
  by: mia,
  replyTo,
  startedAt: at,
  status: "running",
  phase: "deploying",
  input: {
    size: "Standard_B2s",
    homeDisk: "snapshot",
    force: true,
    snapshot: "openclaw-aaaaaaaaaa-op0",
    fresh: true,
    kind: "nightly",
    since: at,
    heir: { objectId: "33333333-3333-3333-3333-333333333333", name: "Max" },
    address: "203.0.113.7",
    how: "tui",
    log: "gateway",
    page: 2,
    dryRun: "{}",
    candidate: "0123456789abcdef",
    supersedes: "op0",
  },
  cancelledAt: at,
  pins: {
    size: "Standard_B2s",
    imageVersion: "1.2.3",
    sshPublicKey: "ssh-ed25519 AAAA",
    homeDisk: "restore",
    homeDiskSnapshotId: "/subscriptions/s/resourceGroups/b/providers/Microsoft.Compute/snapshots/n",
    template: "00ff",
    gate: "ready-op2345abcdef",
  },
  fault: { code: "SkuNotAvailable", detail: "not here", correlation: "c1" },
  refusal: { code: "AnotherOperationInProgress", detail: "not now", correlation: "c2" },
  times: { deploying: at },
  usual: { of: "request-Standard_B2s", seconds: { deploying: 60 } },
  notes: { restarted: "yes" },
  looks: 3,
  nextLookAt: at,
  hold: { does: "deployInstance", until: at },
});

/** One row of each kind with every field set. */
export const rows: RowKinds = {
  member: member("aaaaaaaaaa"),
  instance: {
    ...newInstance(place, new Date(at)),
    generation: "op1",
    operation: "op2",
    last: { operation: "op1", name: "request", outcome: "succeeded" },
    nightlyAt: at,
    configured: "0123456789abcdef",
    keys: { ANTHROPIC_API_KEY: at },
    size: "Standard_B2s",
    publicIp: "203.0.113.9",
    access: [{ address: "203.0.113.7/32", until: at }],
    homeDisk: { sizeGb: 64, sku: "StandardSSD_LRS", keptSince: at },
    backup: { snapshot: "openclaw-aaaaaaaaaa-op0", createdAt: at, sizeGb: 64, expires: at },
    fault: { code: "x", detail: "y", correlation: "z" },
  },
  op: operation("op1"),
  delivery: {
    id: "d1",
    at,
    to: replyTo,
    routes: ["dm", "answer", "thread", "admins"],
    card: {
      title: "Ready",
      tone: "good",
      text: "Your instance answers.",
      facts: [["Size", "Standard_B2s"]],
      sections: [{ text: "Log in:", code: "az ssh vm --name openclaw-aaaaaaaaaa" }, { text: "That is all." }],
      buttons: [{ label: "Stop", style: "danger", line }],
      link: { label: "Find my address", url: "https://bot.contoso.com/api/access/x" },
      footer: "op1",
    },
    revision: 2,
    sent: 1,
    ref: { channel: "30", message: "31" },
    tries: 1,
    failures: 2,
    owedSince: at,
    why: "Discord answered 503",
    replaced: 1,
    heldUntil: at,
    answerBy: at,
    nextTryAt: at,
    status: "open",
  },
  inbox: { direct: "30", line: [{ partition: "aaaaaaaaaa", id: "d1" }] },
  platform: {
    unwell: { since: at, why: "Teams answered 401" },
    late: { since: at, why: "Teams answered 401" },
  },
  audit: { at, by: "discord:102", what: "asked for an instance", about: "aaaaaaaaaa", call: "1" },
  claim: {
    at,
    reply: {
      form: {
        title: "Open SSH",
        line,
        fields: [{ name: "address", label: "Your IPv4 address", placeholder: "203.0.113.7", long: true }],
      },
    },
  },
  confirm: {
    ...{ id: "c1", account: mia, line, expiresAt: at, used: false },
    wish: { label: "Mia", state: "add", said: "", account: mia, role: "admin", loginRole: "user" },
  },
  call: {
    id: "1",
    account: mia,
    line,
    replyTo,
    people: { "103": { ...mia, id: "103", name: "Max Member" } },
    files: { "9": { platform: "discord", name: "team.json", url: "https://cdn.discordapp.com/team.json" } },
    at,
    done: false,
  },
  accessLinks: {
    given: [{ hash: "00ff", account: mia, replyTo, generation: "op1", expiresAt: at, used: true }],
  },
  linkCode: { hash: "00ff", member: "aaaaaaaaaa", replyTo, expiresAt: at, by: mia },
  linking: { given: [{ hash: "00ff", at, linked: { account: mia, at } }], failed: [at] },
  policy: {
    sizes: ["Standard_B2s"],
    ...leastValues,
  },
  bulk: {
    id: "b1",
    what: "Stop",
    operation: "stop",
    input: {},
    by: mia,
    replyTo,
    listedAt: at,
    atOnce: 5,
    firstAlone: true,
    stopOnFailure: true,
    phrase: "tear down 2 instances",
    status: "running",
    halted: true,
    items: [
      ["aaaaaaaaaa", "done"],
      ["bbbbbbbbbb", "waiting"],
    ],
    nextLookAt: at,
  },
  config: { overrides: '{"agents":{}}', changedAt: at, by: "discord:102", onTopOf: "ab" },
  import: {
    id: "imp2345abcde",
    part: 0,
    parts: 1,
    status: "asked",
    by: mia,
    listedAt: at,
    entries: [
      {
        label: "Entry 1, max@contoso.com",
        state: "add",
        said: "",
        person: { objectId: "22222222-2222-4222-8222-222222222222", name: "Max", email: "max@contoso.com" },
        account: mia,
        role: "user",
        loginRole: "administrator",
        size: "Standard_B2als_v2",
      },
    ],
  },
  usual: { seconds: { deploying: [58, 61], booting: [90] } },
};
