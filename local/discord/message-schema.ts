import { z } from "zod";

/**
 * Legacy messages (content, embeds, action rows) with Discord's limits: Discord developer documentation, "Message" and
 * "Component Reference", 2026-01. Components V2 and file uploads are not simulated and are refused.
 */
const url = z
  .string()
  .regex(/^(https?|attachment|discord):\/\/\S+$/, "Not a well formed URL.")
  .max(2048);

const embed = z.object({
  title: z.string().max(256).nullish(),
  description: z.string().max(4096).nullish(),
  url: url.nullish(),
  timestamp: z.string().nullish(),
  color: z.int().min(0).max(0xff_ff_ff).nullish(),
  footer: z.object({ text: z.string().min(1).max(2048), icon_url: url.nullish() }).nullish(),
  author: z
    .object({ name: z.string().min(1).max(256), url: url.nullish(), icon_url: url.nullish() })
    .nullish(),
  image: z.object({ url }).nullish(),
  thumbnail: z.object({ url }).nullish(),
  fields: z
    .array(
      z.object({
        name: z.string().min(1).max(256),
        value: z.string().min(1).max(1024),
        inline: z.boolean().nullish(),
      }),
    )
    .max(25)
    .nullish(),
});

const customId = z.string().min(1).max(100);
const emoji = z.object({
  id: z.string().nullish(),
  name: z.string().nullish(),
  animated: z.boolean().optional(),
});

const button = z
  .object({
    type: z.literal(2),
    id: z.int().optional(),
    style: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4), z.literal(5)]),
    label: z.string().max(80).nullish(),
    custom_id: customId.nullish(),
    url: z.string().max(512).nullish(),
    emoji: emoji.nullish(),
    disabled: z.boolean().nullish(),
  })
  .superRefine((value, context) => {
    const isLink = value.style === 5;
    if (!isLink && !value.custom_id) required(context, "custom_id");
    if (isLink && !value.url) required(context, "url");
    if (!value.label && !value.emoji) required(context, "label");
  });

const selectOptions = z
  .array(
    z.object({
      label: z.string().min(1).max(100),
      value: z.string().min(1).max(100),
      description: z.string().max(100).nullish(),
      default: z.boolean().nullish(),
    }),
  )
  .min(1)
  .max(25);

const select = z.object({
  type: z.union([z.literal(3), z.literal(5), z.literal(6), z.literal(7), z.literal(8)]),
  id: z.int().optional(),
  custom_id: customId,
  placeholder: z.string().max(150).nullish(),
  min_values: z.int().min(0).max(25).nullish(),
  max_values: z.int().min(1).max(25).nullish(),
  disabled: z.boolean().nullish(),
  options: selectOptions.optional(),
});

const row = z
  .object({
    type: z.literal(1),
    id: z.int().optional(),
    components: z
      .array(z.union([button, select]))
      .min(1)
      .max(5),
  })
  .superRefine((value, context) => {
    if (value.components.length > 1 && value.components.some((component) => component.type !== 2)) {
      fault(
        context,
        ["components"],
        "COMPONENT_LAYOUT_WIDTH_EXCEEDED",
        "The specified component exceeds the maximum width",
      );
    }
  });

const fields = z.object({
  content: z.string().max(2000).nullish(),
  embeds: z.array(embed).max(10).nullish(),
  components: z.array(row).max(5).nullish(),
  flags: z.int().nullish(),
  nonce: z.union([z.int(), z.string().max(25)]).nullish(),
  enforce_nonce: z.boolean().nullish(),
});

/** The body of a message create or edit, of a follow-up and of a callback of type 4 or 7. */
export const messageBody = fields.superRefine((message, context) => {
  const seen = new Set<string>();
  for (const [rowIndex, { components }] of (message.components ?? []).entries()) {
    for (const [index, { custom_id: id }] of components.entries()) {
      if (!id) continue;
      const path = ["components", rowIndex, "components", index, "custom_id"];
      if (seen.has(id))
        fault(context, path, "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated");
      seen.add(id);
    }
  }
  if (embedLength(message.embeds ?? []) > 6000) {
    fault(context, ["embeds"], "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000");
  }
  if ((message.flags ?? 0) & flag.componentsV2) {
    fault(context, ["flags"], "NOT_SIMULATED", "This simulator knows no Components V2");
  }
});

export type MessageBody = z.infer<typeof messageBody>;
export type EmbedBody = z.infer<typeof embed>;
export type RowBody = z.infer<typeof row>;

export const flag = { suppressEmbeds: 4, ephemeral: 64, loading: 128, componentsV2: 32_768 };

const text = z.object({
  type: z.literal(4),
  custom_id: customId,
  style: z.union([z.literal(1), z.literal(2)]),
  label: z.string().max(45).nullish(),
  min_length: z.int().min(0).max(4000).nullish(),
  max_length: z.int().min(1).max(4000).nullish(),
  required: z.boolean().nullish(),
  value: z.string().max(4000).nullish(),
  placeholder: z.string().max(100).nullish(),
});
const choice = z.object({
  type: z.literal(3),
  custom_id: customId,
  placeholder: z.string().max(150).nullish(),
  required: z.boolean().nullish(),
  options: selectOptions,
});

/** The data of a callback of type 9. Inputs in a Label (18) or, in the older form, in an action row. */
export const modalBody = z.object({
  custom_id: customId,
  title: z.string().min(1).max(45),
  components: z
    .array(
      z.union([
        z.object({
          type: z.literal(18),
          label: z.string().min(1).max(45),
          description: z.string().max(100).nullish(),
          component: z.union([text, choice]),
        }),
        z.object({ type: z.literal(1), components: z.tuple([text]) }),
        z.object({ type: z.literal(10), content: z.string().min(1).max(4000) }),
      ]),
    )
    .min(1)
    .max(5),
});

export type Modal = z.infer<typeof modalBody>;

type Context = z.core.$RefinementCtx;

function fault(context: Context, path: (string | number)[], code: string, message: string): void {
  context.addIssue({ code: "custom", path, message, params: { code } });
}

function required(context: Context, key: string): void {
  fault(context, [key], "BASE_TYPE_REQUIRED", "This field is required");
}

function embedLength(embeds: readonly EmbedBody[]): number {
  const texts = embeds.flatMap((one) => [
    one.title,
    one.description,
    one.footer?.text,
    one.author?.name,
    ...(one.fields ?? []).flatMap((field) => [field.name, field.value]),
  ]);
  return texts.reduce((sum, value) => sum + (value?.length ?? 0), 0);
}
