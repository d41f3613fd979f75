import type { Words } from "./words.ts";

/** A platform-neutral message. Each platform renders it in its own way. */
export interface Card {
  readonly title: Words;
  readonly tone: "info" | "working" | "good" | "bad";
  /** Plain sentences; a blank line makes a paragraph. No markup. */
  readonly text?: Words | undefined;
  readonly facts?: readonly Fact[] | undefined;
  /** Numbered steps or single commands, in order; `code` is shown verbatim, alone, easy to copy. */
  readonly sections?: readonly Section[] | undefined;
  readonly buttons?: readonly Button[] | undefined;
  /** A page on the web, as a button before the others. */
  readonly link?: Link | undefined;
  /** Small print: the correlation id, when it was seen, … */
  readonly footer?: string | undefined;
  /** It says that nothing was changed: the question whose button was pressed stays. */
  readonly unchanged?: true | undefined;
}

export type Fact = readonly [label: string, value: Words];

export type Section = { readonly text: Words; readonly code?: string | undefined };

export type Link = { readonly label: string; readonly url: string };

/** A button carries a command line, so that clicks and typing take the same way. */
export interface Button {
  readonly label: string;
  readonly style?: "primary" | "danger" | undefined;
  readonly line: CommandLine;
  /** Works once: when it has worked, its card has had its time. */
  readonly once?: true | undefined;
}

/** A command as somebody typed or clicked it, not yet parsed. */
export interface CommandLine {
  /** The command's name, such as `stop` or `roster add`. */
  readonly command: string;
  readonly options: Readonly<Record<string, string>>;
  /** The instance that a button was made for. */
  readonly generation?: string | undefined;
}

/** Asks for the options that a command line lacks. */
export interface Form {
  readonly title: string;
  readonly line: CommandLine;
  readonly fields: readonly FormField[];
}

export interface FormField {
  readonly name: string;
  readonly label: string;
  readonly placeholder?: string | undefined;
  /** For many lines. */
  readonly long?: true | undefined;
}

/** What the caller sees at once, and only they. `kept`: what is written down in its place, since the card holds a secret. */
export type Reply = { readonly card: Card; readonly kept?: Card | undefined } | { readonly form: Form };

/** A reply that is given now. `followed`: a message that is owed goes on in its place. */
export type Answer = Reply & { readonly followed?: true };

/** A reply as it may be written down, for a repeat of the call. */
export const toKeep = (reply: Reply): Reply => ("card" in reply && reply.kept ? { card: reply.kept } : reply);
