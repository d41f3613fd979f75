import * as z from "zod";
import type { Account } from "../core/account.ts";
import type { Button, Card, CommandLine, Form, FormField, Reply, Section } from "../core/card.ts";
import type { CloudPlace, Pins } from "../core/cloud.ts";
import type { Fault } from "../core/fault.ts";
import type { Access, Instance, InstanceState } from "../core/instance.ts";
import { loginRoles, type Member, roles } from "../core/member.ts";
import { type OperationInput, type OperationRecord, operationNames } from "../core/operation.ts";
import type { MessageRef, ReplyAddress, SentFile } from "../core/platform.ts";
import type { AuditEntry, Claim, Confirmation, DeferredCall, Delivery } from "../core/records.ts";
import type { RowKinds, WorkMessage } from "../core/store.ts";
import { type ImportEntry, type ImportPart, importStates } from "../core/team.ts";
import { record } from "./record.ts";

const texts = z.record(z.string(), z.string()).readonly();

const account = record<Account>()({
  platform: z.string(),
  id: z.string(),
  name: z.string(),
  objectId: z.string().optional(),
});
const place = record<CloudPlace>()({ subscription: z.string(), resourceGroup: z.string() });
const fault = record<Fault>()({ code: z.string(), detail: z.string(), correlation: z.string() });
const line = record<CommandLine>()({
  command: z.string(),
  options: texts,
  generation: z.string().optional(),
});
const replyTo = record<ReplyAddress>()({ platform: z.string(), account: z.string(), data: texts });

const section = record<Section>()({ text: z.string(), code: z.string().optional() });
const button = record<Button>()({
  label: z.string(),
  style: z.enum(["primary", "danger"]).optional(),
  line,
  once: z.literal(true).optional(),
});
const card = record<Card>()({
  title: z.string(),
  tone: z.enum(["info", "working", "good", "bad"]),
  text: z.string().optional(),
  facts: z
    .array(z.tuple([z.string(), z.string()]).readonly())
    .readonly()
    .optional(),
  sections: z.array(section).readonly().optional(),
  buttons: z.array(button).readonly().optional(),
  footer: z.string().optional(),
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
  role: z.enum(roles),
  loginRole: z.enum(loginRoles),
  accounts: z.array(account).readonly(),
  size: z.string().optional(),
  status: z.enum(["active", "leaving", "left"]),
  addedAt: z.string(),
});

const access = record<Access>()({ address: z.string(), until: z.string() });
const states = [
  "absent",
  "deploying",
  "booting",
  "ready",
  "degraded",
  "stopping",
  "stopped",
  "starting",
  "deleting",
  "broken",
] as const satisfies readonly InstanceState[];
const instance = record<Instance>()({
  place,
  state: z.enum(states),
  seenAt: z.string(),
  generation: z.string().optional(),
  operation: z.string().optional(),
  last: record<NonNullable<Instance["last"]>>()({
    operation: z.string(),
    name: z.string(),
    outcome: z.string(),
  }).optional(),
  removal: z.string().optional(),
  size: z.string().optional(),
  publicIp: z.string().optional(),
  access: z.array(access).readonly(),
  homeDisk: record<NonNullable<Instance["homeDisk"]>>()({
    sizeGb: z.number(),
    sku: z.string(),
    keptSince: z.string().optional(),
  }).optional(),
  fault: fault.optional(),
});

const input = record<OperationInput>()({
  size: z.string().optional(),
  deleteHomeDisk: z.enum(["never", "unmounted", "always"]).optional(),
  address: z.string().optional(),
  supersedes: z.string().optional(),
});
const pins = record<Pins>()({
  size: z.string(),
  imageVersion: z.string(),
  sshPublicKey: z.string(),
  homeDisk: z.enum(["create", "existing"]),
  template: z.string(),
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
  notes: texts,
  looks: z.number(),
  nextLookAt: z.string(),
});

const delivery = record<Delivery>()({
  id: z.string(),
  to: replyTo,
  routes: z.array(z.enum(["dm", "answer", "thread", "admins"])).readonly(),
  card,
  revision: z.number(),
  sent: z.number(),
  ref: record<MessageRef>()({ channel: z.string(), message: z.string() }).optional(),
  tries: z.number(),
  heldUntil: z.string().optional(),
  nextTryAt: z.string().optional(),
  status: z.enum(["open", "closed", "undeliverable"]),
});
const audit = record<AuditEntry>()({
  at: z.string(),
  by: z.string(),
  what: z.string(),
  about: z.string(),
  call: z.string(),
});
const claim = record<Claim>()({ at: z.string(), reply, effectIn: z.string().optional() });
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
});

const importEntry = record<ImportEntry>()({
  label: z.string(),
  state: z.enum(importStates),
  said: z.string(),
  person: record<NonNullable<ImportEntry["person"]>>()({
    objectId: z.string(),
    name: z.string(),
    email: z.string().optional(),
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
  import: importPart,
};

/** A message of the queue `work`, as the queue trigger hands it over. */
export const workMessage = record<WorkMessage>()({
  kind: z.enum(["operation", "delivery", "call", "access", "keep", "import"]),
  member: z.string(),
  id: z.string(),
});
