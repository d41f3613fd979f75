import * as z from "zod";
import type { Account } from "../core/account.ts";
import { type Bulk, bulkStates } from "../core/bulk.ts";
import type { Button, Card, CommandLine, Form, FormField, Link, Reply, Section } from "../core/card.ts";
import { type CloudPlace, type Pins, snapshotKinds } from "../core/cloud.ts";
import type { Fault } from "../core/fault.ts";
import { type Access, type Backup, type Instance, instanceStates } from "../core/instance.ts";
import { loginRoles, type Member, roles } from "../core/member.ts";
import { logKinds, type OperationInput, type OperationRecord, operationNames } from "../core/operation.ts";
import type { MessageRef, ReplyAddress, SentFile } from "../core/platform.ts";
import { networkPolicies } from "../core/policySettings.ts";
import type {
  AccessLink,
  AccessLinks,
  AuditEntry,
  Claim,
  Confirmation,
  DeferredCall,
  Delivery,
  Inbox,
  PlatformState,
} from "../core/records.ts";
import type { RowKinds, WorkMessage } from "../core/store.ts";
import { type ImportEntry, type ImportPart, importStates } from "../core/team.ts";
import type { TeamConfig } from "../core/teamConfig.ts";
import { ways } from "../core/ways.ts";
import { policy } from "./policySchema.ts";
import { record } from "./record.ts";
import { writtenWords } from "./writtenCard.ts";

const texts = z.record(z.string(), z.string()).readonly();

const account = record<Account>()({
  platform: z.string(),
  id: z.string(),
  name: z.string(),
  objectId: z.string().optional(),
  unfit: z.enum(["bot", "left"]).optional(),
});
const place = record<CloudPlace>()({ subscription: z.string(), resourceGroup: z.string() });
const fault = record<Fault>()({ code: z.string(), detail: z.string(), correlation: z.string() });
const line = record<CommandLine>()({
  command: z.string(),
  options: texts,
  generation: z.string().optional(),
});
const replyTo = record<ReplyAddress>()({ platform: z.string(), account: z.string(), data: texts });

const section = record<Section>()({ text: writtenWords, code: z.string().optional() });
const button = record<Button>()({
  label: z.string(),
  style: z.enum(["primary", "danger"]).optional(),
  line,
  once: z.literal(true).optional(),
});
const card = record<Card>()({
  title: writtenWords,
  tone: z.enum(["info", "working", "good", "bad"]),
  text: writtenWords.optional(),
  facts: z
    .array(z.tuple([z.string(), writtenWords]).readonly())
    .readonly()
    .optional(),
  sections: z.array(section).readonly().optional(),
  buttons: z.array(button).readonly().optional(),
  link: record<Link>()({ label: z.string(), url: z.string() }).optional(),
  footer: z.string().optional(),
  unchanged: z.literal(true).optional(),
});
const field = record<FormField>()({
  name: z.string(),
  label: z.string(),
  placeholder: z.string().optional(),
  long: z.literal(true).optional(),
});
const form = record<Form>()({ title: z.string(), line, fields: z.array(field).readonly() });
const reply: z.ZodType<Reply> = z.union([
  record<{ card: Card }>()({ card }),
  record<{ form: Form }>()({ form }),
]);

const member = record<Member>()({
  key: z.string(),
  objectId: z.string(),
  name: z.string(),
  email: z.string().optional(),
  principalName: z.string().optional(),
  role: z.enum(roles),
  loginRole: z.enum(loginRoles),
  accounts: z.array(account).readonly(),
  size: z.string().optional(),
  status: z.enum(["active", "leaving", "left"]),
  addedAt: z.string(),
});

const access = record<Access>()({ address: z.string(), until: z.string() });
const instance = record<Instance>()({
  place,
  state: z.enum(instanceStates),
  seenAt: z.string(),
  generation: z.string().optional(),
  operation: z.string().optional(),
  looking: record<NonNullable<Instance["looking"]>>()({
    operation: z.string(),
    until: z.string(),
  }).optional(),
  adjusting: record<NonNullable<Instance["adjusting"]>>()({
    operation: z.string(),
    until: z.string(),
  }).optional(),
  backingUp: z.string().optional(),
  last: record<NonNullable<Instance["last"]>>()({
    operation: z.string(),
    name: z.string(),
    outcome: z.string(),
  }).optional(),
  removal: z.string().optional(),
  configured: z.string().optional(),
  keys: texts.optional(),
  size: z.string().optional(),
  publicIp: z.string().optional(),
  access: z.array(access).readonly(),
  networkPolicy: z.enum(networkPolicies).optional(),
  homeDisk: record<NonNullable<Instance["homeDisk"]>>()({
    sizeGb: z.number(),
    sku: z.string(),
    keptSince: z.string().optional(),
  }).optional(),
  backup: record<Backup>()({
    snapshot: z.string(),
    createdAt: z.string(),
    sizeGb: z.number(),
    expires: z.string(),
  }).optional(),
  fault: fault.optional(),
});

const input = record<OperationInput>()({
  size: z.string().optional(),
  homeDisk: z.enum(["snapshot", "keep", "erase"]).optional(),
  running: z.literal(true).optional(),
  force: z.literal(true).optional(),
  snapshot: z.string().optional(),
  fresh: z.literal(true).optional(),
  kind: z.enum(snapshotKinds).optional(),
  since: z.string().optional(),
  heir: record<NonNullable<OperationInput["heir"]>>()({ objectId: z.string(), name: z.string() }).optional(),
  address: z.string().optional(),
  how: z.enum(ways).optional(),
  log: z.enum(logKinds).optional(),
  page: z.number().optional(),
  dryRun: z.string().optional(),
  candidate: z.string().optional(),
  supersedes: z.string().optional(),
});
const pins = record<Pins>()({
  size: z.string(),
  imageVersion: z.string(),
  sshPublicKey: z.string(),
  homeDisk: z.enum(["create", "existing", "restore"]),
  homeDiskSnapshotId: z.string().optional(),
  networkPolicy: z.enum(networkPolicies).optional(),
  template: z.string(),
  gate: z.string().optional(),
});
const op = record<OperationRecord>()({
  id: z.string(),
  name: z.enum(operationNames),
  by: account.optional(),
  replyTo: replyTo.optional(),
  startedAt: z.string(),
  status: z.enum(["running", "succeeded", "failed", "cancelled", "superseded"]),
  phase: z.string(),
  input,
  cancelledAt: z.string().optional(),
  pins: pins.optional(),
  fault: fault.optional(),
  refusal: fault.optional(),
  notes: texts,
  looks: z.number(),
  nextLookAt: z.string(),
  hold: record<NonNullable<OperationRecord["hold"]>>()({ does: z.string(), until: z.string() }).optional(),
});

const delivery = record<Delivery>()({
  id: z.string(),
  at: z.string().optional(),
  to: replyTo,
  routes: z.array(z.enum(["dm", "answer", "thread", "admins"])).readonly(),
  card,
  revision: z.number(),
  sent: z.number(),
  ref: record<MessageRef>()({ channel: z.string(), message: z.string() }).optional(),
  tries: z.number(),
  failures: z.number().optional(),
  owedSince: z.string().optional(),
  why: z.string().optional(),
  replaced: z.number().optional(),
  heldUntil: z.string().optional(),
  answerBy: z.string().optional(),
  nextTryAt: z.string().optional(),
  status: z.enum(["open", "closed", "undeliverable"]),
});
const inbox = record<Inbox>()({
  direct: z.string().optional(),
  line: z.array(record<Inbox["line"][number]>()({ partition: z.string(), id: z.string() })).readonly(),
});
const platform = record<PlatformState>()({
  unwell: record<NonNullable<PlatformState["unwell"]>>()({ since: z.string(), why: z.string() }).optional(),
  late: record<NonNullable<PlatformState["late"]>>()({ since: z.string(), why: z.string() }).optional(),
});
const audit = record<AuditEntry>()({
  at: z.string(),
  by: z.string(),
  byMember: z.string().optional(),
  what: z.string(),
  about: z.string(),
  alsoAbout: z.array(z.string()).readonly().optional(),
  call: z.string(),
});
const claim = record<Claim>()({
  at: z.string(),
  reply,
  effectIn: z.string().optional(),
  follows: z.string().optional(),
});
const confirm = record<Confirmation>()({
  id: z.string(),
  account,
  line,
  expiresAt: z.string(),
  used: z.boolean(),
});
const file = record<SentFile>()({ platform: z.string(), name: z.string(), url: z.string() });
const call = record<DeferredCall>()({
  id: z.string(),
  account,
  line,
  replyTo,
  people: z.record(z.string(), account).readonly(),
  files: z.record(z.string(), file).readonly().optional(),
  at: z.string(),
  done: z.boolean(),
  late: z.literal(true).optional(),
});

const accessLinks = record<AccessLinks>()({
  given: z
    .array(
      record<AccessLink>()({
        hash: z.string(),
        account,
        replyTo,
        generation: z.string(),
        expiresAt: z.string(),
        used: z.boolean(),
      }),
    )
    .readonly(),
});

const bulk = record<Bulk>()({
  id: z.string(),
  what: z.string(),
  operation: z.enum(operationNames),
  input,
  by: account,
  replyTo,
  listedAt: z.string(),
  atOnce: z.number(),
  firstAlone: z.boolean(),
  stopOnFailure: z.boolean(),
  phrase: z.string().optional(),
  status: z.enum(["asked", "running", "ended"]),
  halted: z.literal(true).optional(),
  items: z.array(z.tuple([z.string(), z.enum(bulkStates)]).readonly()).readonly(),
  nextLookAt: z.string(),
});
const config = record<TeamConfig>()({
  overrides: z.string(),
  changedAt: z.string(),
  by: z.string(),
  onTopOf: z.string().optional(),
});
const importEntry = record<ImportEntry>()({
  label: z.string(),
  state: z.enum(importStates),
  said: z.string(),
  person: record<NonNullable<ImportEntry["person"]>>()({
    objectId: z.string(),
    name: z.string(),
    email: z.string().optional(),
    principalName: z.string().optional(),
  }).optional(),
  account: account.optional(),
  role: z.enum(roles).optional(),
  loginRole: z.enum(loginRoles).optional(),
  size: z.string().optional(),
});
const importPart = record<ImportPart>()({
  id: z.string(),
  part: z.number(),
  parts: z.number(),
  status: z.enum(["asked", "running", "done"]),
  by: account,
  listedAt: z.string(),
  entries: z.array(importEntry).readonly(),
});

/** What a row of each kind looks like when it is read back. */
export const rowSchemas: { readonly [K in keyof RowKinds]: z.ZodType<RowKinds[K]> } = {
  member,
  instance,
  op,
  delivery,
  audit,
  claim,
  confirm,
  call,
  accessLinks,
  policy,
  bulk,
  config,
  import: importPart,
  inbox,
  platform,
};

/** A message of the queue `work`, as the queue trigger hands it over. */
export const workMessage = record<WorkMessage>()({
  kind: z.string(),
  member: z.string(),
  id: z.string(),
});
