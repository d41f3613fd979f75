import * as z from "zod";

/** What some clients leave out, and others set to `null`. */
const maybe = <T extends z.ZodType>(schema: T) => schema.nullish().transform((given) => given ?? undefined);

const objectId = z.string().min(1).toLowerCase();
/** What the bot reads of an activity (Bot Framework activity schema; Teams' additions: "Activity" and "Conversation basics", 2026-01). */
const account = z.object({
  /** `29:…` for people, `28:…` for bots. */
  id: z.string().min(1),
  name: maybe(z.string()).transform((name) => name ?? ""),
  /** Entra object id; bots have none. */
  aadObjectId: maybe(objectId),
  /** The message was for the bot alone, although it is in a group. */
  isTargeted: maybe(z.boolean()),
});

/** What has to be known before anything else in an activity is believed. */
export const envelope = z.object({
  type: z.string(),
  channelId: z.literal("msteams"),
  /** Without it, botbuilder doesn't compare it with the token. */
  serviceUrl: z.url({ protocol: /^https?$/ }),
  conversation: z.object({ tenantId: z.string().nullish() }).nullish(),
  channelData: z.object({ tenant: z.object({ id: z.string().nullish() }).nullish() }).nullish(),
});
export type Envelope = z.infer<typeof envelope>;

export const tenantsOf = ({ conversation, channelData }: Envelope): string[] =>
  [conversation?.tenantId, channelData?.tenant?.id].flatMap((id) => (id ? [id.toLowerCase()] : []));

/** Without a type, only an id like those of 1:1 chats counts as one: a group must not be mistaken for it. */
const conversation = z
  .object({
    id: z.string().min(1),
    conversationType: z.enum(["personal", "groupChat", "channel"]).nullish(),
  })
  .transform(({ id, conversationType }) => ({
    id,
    conversationType:
      conversationType ?? (id.startsWith("a:") ? ("personal" as const) : ("groupChat" as const)),
  }));

const source = { serviceUrl: z.string(), from: account, recipient: account, conversation };
/** From a person, who has an Entra object id. */
const use = { ...source, id: z.string().min(1), from: account.extend({ aadObjectId: objectId }) };

/** What the bot's buttons carry. It comes back from the client, so only the line is used, and that is checked again. */
const carried = z.looseObject({
  openclaw: z.string(),
  /** Names of the inputs that belong to the line. */
  fields: maybe(z.array(z.string())).transform((fields) => fields ?? []),
  once: maybe(z.boolean()),
});

/** Has no text if there is `&` in the name. */
const mention = z.object({ type: z.literal("mention"), mentioned: account, text: maybe(z.string()) });
const entity = z.union([mention, z.unknown().transform(() => undefined)]);

/** A file sent in a 1:1 chat, whose address needs no token ("Send and receive files through the bot", 2026-01); or the message itself as HTML. */
const attachment = z.union([
  z.object({
    contentType: z.literal("application/vnd.microsoft.teams.file.download.info"),
    name: z.string(),
    content: z.object({ downloadUrl: z.url(), uniqueId: z.string().min(1) }),
  }),
  z.object({ contentType: z.literal("text/html"), content: z.string() }),
  z.unknown().transform(() => undefined),
]);

export const activity = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("message"),
    ...use,
    text: z.string().nullish(),
    entities: z.array(entity).nullish(),
    attachments: z.array(attachment).nullish(),
    /** Of an Action.Submit. */
    value: z.unknown().optional(),
    replyToId: maybe(z.string()),
  }),
  z.object({
    type: z.literal("invoke"),
    ...use,
    name: z.literal("adaptiveCard/action"),
    replyToId: maybe(z.string()),
    value: z.object({ action: z.object({ data: z.unknown().optional() }) }),
  }),
  z.object({ type: z.enum(["conversationUpdate", "installationUpdate"]), ...source }),
]);

export type Activity = z.infer<typeof activity>;
/** An activity in which a person asks for something. */
export type Use = Exclude<Activity, { type: "conversationUpdate" | "installationUpdate" }>;
export type Mention = z.infer<typeof mention>;
export type Carried = z.infer<typeof carried>;

/** What the clicked button carried. Undefined if it wasn't one of the bot's. */
export function carriedBy(use: Use): Carried | undefined {
  return carried.safeParse(use.type === "invoke" ? use.value.action.data : use.value).data;
}

/** Whether what was clicked works once, so that its card is done: a filled-in form, or a confirmation. */
export function worksOnce(use: Use): boolean {
  const clicked = carriedBy(use);
  return clicked?.once === true || (clicked?.fields.length ?? 0) > 0;
}
