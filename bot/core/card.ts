import * as z from "zod";
import { type Of, texts } from "./shape.ts";
import { wordsShape } from "./text.ts";

/** A command as somebody typed or clicked it, not yet parsed. */
export const lineShape = z.strictObject({
  /** The command's name, such as `stop` or `roster add`. */
  command: z.string(),
  options: texts,
  /** The instance that a button was made for. */
  generation: z.string().optional(),
});
export type CommandLine = Of<typeof lineShape>;

/** A button carries a command line, so that clicks and typing take the same way. */
const buttonShape = z.strictObject({
  label: z.string(),
  style: z.enum(["primary", "danger"]).optional(),
  line: lineShape,
  /** Works once: when it has worked, its card has had its time. */
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

/** A platform-neutral message. Each platform renders it in its own way. */
export const cardShape = z.strictObject({
  title: wordsShape,
  tone: z.enum(["info", "working", "good", "bad"]),
  /** Plain sentences; a blank line makes a paragraph. No markup. */
  text: wordsShape.optional(),
  facts: z.array(factShape).optional(),
  /** Numbered steps or single commands, in order; `code` is shown verbatim, alone, easy to copy. */
  sections: z.array(sectionShape).optional(),
  buttons: z.array(buttonShape).optional(),
  /** A page on the web, as a button before the others. */
  link: linkShape.optional(),
  /** Small print: the correlation id, when it was seen, … */
  footer: z.string().optional(),
  /** It says that nothing was changed: the question whose button was pressed stays. */
  unchanged: z.literal(true).optional(),
});
export type Card = Of<typeof cardShape>;

const fieldShape = z.strictObject({
  name: z.string(),
  label: z.string(),
  placeholder: z.string().optional(),
  /** For many lines. */
  long: z.literal(true).optional(),
});
export type FormField = Of<typeof fieldShape>;

/** Asks for the options that a command line lacks. */
const formShape = z.strictObject({ title: z.string(), line: lineShape, fields: z.array(fieldShape) });
export type Form = Of<typeof formShape>;

/** What the caller sees at once, and only they. `kept`: what is written down in its place, since the card holds a secret. */
export type Reply = { readonly card: Card; readonly kept?: Card | undefined } | { readonly form: Form };

/** A reply that is given now. `followed`: a message that is owed goes on in its place. */
export type Answer = Reply & { readonly followed?: true };

/** A reply as it may be written down, for a repeat of the call. */
export const keptShape = z.union([z.strictObject({ card: cardShape }), z.strictObject({ form: formShape })]);
export const toKeep = (reply: Reply): Of<typeof keptShape> =>
  "card" in reply && reply.kept ? { card: reply.kept } : reply;

const version = "v1";

/**
 * Writes a command line as a button's data, at most 100 characters, which is the least that a platform takes:
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

/** Reads a button's data; undefined when it is none of ours, or of a version that is gone. */
export function decodeLine(data: string): CommandLine | undefined {
  const [found, command, generation, ...rest] = data.split(":");
  if (found !== version || !command) return undefined;
  return {
    command: command.replaceAll(".", " "),
    options: Object.fromEntries(new URLSearchParams(rest.join(":"))),
    generation: generation === "" ? undefined : generation,
  };
}
