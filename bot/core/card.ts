import * as z from "zod";
import { type Of, texts } from "./shape.ts";
import { wordsShape } from "./text.ts";

/** A command as typed or clicked, not yet parsed. */
export const lineShape = z.strictObject({
  /** The command's name, such as `stop` or `roster add`. */
  command: z.string(),
  options: texts,
  /** The instance that a button was made for. */
  generation: z.string().optional(),
});
export type CommandLine = Of<typeof lineShape>;

/** A button carries a command line, so that clicks and typing take the same path. */
const buttonShape = z.strictObject({
  label: z.string(),
  style: z.enum(["primary", "danger"]).optional(),
  line: lineShape,
  /** Works once: after it has worked, its card is done. */
  once: z.literal(true).optional(),
});
export type Button = Of<typeof buttonShape>;

/** A label and its value. */
const factShape = z.tuple([z.string(), wordsShape]);
export type Fact = Of<typeof factShape>;
const sectionShape = z.strictObject({ text: wordsShape, code: z.string().optional() });
export type Section = Of<typeof sectionShape>;
const linkShape = z.strictObject({ label: z.string(), url: z.string() });
export type Link = Of<typeof linkShape>;

/** A platform-neutral message. Each platform renders it its own way. */
export const cardShape = z.strictObject({
  /** Empty where the text stands alone. */
  title: wordsShape,
  tone: z.enum(["info", "working", "good", "bad"]),
  /** Plain sentences; a blank line makes a paragraph. No markup. */
  text: wordsShape.optional(),
  facts: z.array(factShape).optional(),
  /** Numbered steps or single commands, in order. `code` is shown verbatim and on its own, so that it is easy to copy. */
  sections: z.array(sectionShape).optional(),
  buttons: z.array(buttonShape).optional(),
  /** A web page, as a button before the others. */
  link: linkShape.optional(),
  /** Small print: the correlation id, when it was seen, … */
  footer: z.string().optional(),
  /** Says that nothing was changed, so the question whose button was pressed stays. */
  unchanged: z.literal(true).optional(),
});
export type Card = Of<typeof cardShape>;

/** One thing to choose: what people read, and the value that stands for it in a command. */
const choiceShape = z.strictObject({ name: z.string(), value: z.string() });
export type Choice = Of<typeof choiceShape>;

const fieldShape = z.strictObject({
  name: z.string(),
  label: z.string(),
  placeholder: z.string().optional(),
  /** Where there are some, one of them is picked instead of typed. */
  choices: z.array(choiceShape).optional(),
  /** For many lines. */
  long: z.literal(true).optional(),
});
export type FormField = Of<typeof fieldShape>;

/** Asks for the options that a command line lacks. */
const formShape = z.strictObject({ title: z.string(), line: lineShape, fields: z.array(fieldShape) });
export type Form = Of<typeof formShape>;

/** What only the caller sees, at once. `kept`: what is stored instead, because the card holds a secret. */
export type Reply = { readonly card: Card; readonly kept?: Card | undefined } | { readonly form: Form };

/** A reply that is given now. `followed`: a message that is owed will replace it. */
export type Answer = Reply & { readonly followed?: true };

/** A reply as it may be stored for a repeat of the call. */
export const keptShape = z.union([z.strictObject({ card: cardShape }), z.strictObject({ form: formShape })]);
export const toKeep = (reply: Reply): Of<typeof keptShape> =>
  "card" in reply && reply.kept ? { card: reply.kept } : reply;

const version = "v1";

/**
 * Writes a command line as a button's data, in at most 100 characters, the lowest limit of all platforms:
 * `v1:stop:<generation>` or `v1:confirm::of=abc&id=def`.
 */
export function encodeLine(line: CommandLine): string {
  const options = new URLSearchParams(line.options).toString();
  return [
    version,
    line.command.replaceAll(" ", "."),
    line.generation ?? "",
    ...(options ? [options] : []),
  ].join(":");
}

/** A button that the bot no longer knows runs a command that doesn't exist: the answer says what does. */
export const unknownLine: CommandLine = { command: "unknown", options: {} };

/** Reads a button's data. Undefined if it isn't the bot's, or of a version that is no longer read. */
export function decodeLine(data: string): CommandLine | undefined {
  const [found, command, generation, ...rest] = data.split(":");
  if (found !== version || !command) return undefined;
  return {
    command: command.replaceAll(".", " "),
    options: Object.fromEntries(new URLSearchParams(rest.join(":"))),
    generation: generation === "" ? undefined : generation,
  };
}
