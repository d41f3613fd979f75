import { z } from "zod";

/** An action of an Adaptive Card that reaches the bot. */
const action = z.looseObject({
  type: z.enum(["Action.Execute", "Action.Submit"]),
  title: z.string().optional(),
  id: z.string().optional(),
  verb: z.string().optional(),
  data: z.unknown().optional(),
  fallback: z.unknown().optional(),
});
export type Action = z.infer<typeof action>;

const input = z.looseObject({
  type: z.string().startsWith("Input."),
  id: z.string(),
  value: z.unknown().optional(),
  isRequired: z.boolean().default(false),
  regex: z.string().optional(),
  maxLength: z.number().optional(),
  /** Of an Input.ChoiceSet. */
  choices: z.array(z.object({ title: z.string().min(1), value: z.string().min(1) })).optional(),
});

/** Everything in a card, at any depth. */
function* nodes(value: unknown): Generator<object> {
  if (typeof value !== "object" || value === null) return;
  yield value;
  for (const [key, inner] of Object.entries(value)) {
    // Neither is on the screen.
    if (key !== "fallback" && key !== "data") yield* nodes(inner);
  }
}

/** The actions of a card, in reading order. */
export const actionsOf = (card: unknown): Action[] =>
  [...nodes(card)].flatMap((node) => action.safeParse(node).data ?? []);

/** What a client without Action.Execute shows instead. */
export function fallbackOf({ fallback }: Action): Action | undefined {
  const found = action.safeParse(fallback).data;
  return found?.type === "Action.Submit" ? found : undefined;
}

/** The values of a card's inputs, or why the client doesn't send them. */
export function fill(
  card: unknown,
  values: Readonly<Record<string, string>>,
): { data: Record<string, unknown> } | { refusal: string } {
  const inputs = [...nodes(card)].flatMap((node) => input.safeParse(node).data ?? []);
  const unknown = Object.keys(values).find((id) => !inputs.some((one) => one.id === id));
  if (unknown !== undefined) return { refusal: `The card has no input “${unknown}”.` };
  const data: Record<string, unknown> = {};
  for (const { id, type, value, isRequired, regex, maxLength, choices = [] } of inputs) {
    const given = values[id] ?? value ?? "";
    if (isRequired && given === "") return { refusal: `“${id}” has to be filled in.` };
    if (maxLength !== undefined && String(given).length > maxLength)
      return { refusal: `“${id}” is too long.` };
    if (regex !== undefined && given !== "" && !new RegExp(regex).test(String(given)))
      return { refusal: `“${id}” has the wrong form.` };
    // Typing narrows the choices down; what is none of them is not sent.
    if (type === "Input.ChoiceSet" && given !== "" && !choices.some((choice) => choice.value === given))
      return { refusal: `“${id}” doesn't offer this choice.` };
    data[id] = given;
  }
  return { data };
}
