/** What somebody reads in a file of the repository. */
export interface Text {
  /** The line on which it starts. */
  readonly line: number;
  /** `title`: the name of a test, or a row's part of it. */
  readonly kind: "text" | "comment" | "title";
  /** On one line, with `{…}` where a value is filled in. */
  readonly text: string;
}

/** A text on one line. */
export const oneLine = (text: string): string => text.replace(/\s+/g, " ").trim();

/** Whether this is a sentence, or a part of one: at least two words, one of them in lower case. Addresses, ids and paths aren't. */
export const isProse = (text: string): boolean =>
  /\S\s+\S/.test(text) &&
  /(?:^|[\s“”"'(*_>~])\p{Ll}{2,}(?:['’]\p{Ll}+)?[.,:;!?…”"')*_<~]*(?:\s|$)/u.test(text);

/** A counter of lines: on which one a place in the source is. */
export function lineOf(source: string): (at: number) => number {
  const starts = [...source.matchAll(/^/gm)].map(({ index }) => index);
  return (at) => {
    const next = starts.findIndex((start) => start > at);
    return next === -1 ? starts.length : next;
  };
}

/** A comment that stands on lines of its own, or the part of a longer one. */
export interface Comment {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** It ends with its line, so one on the next line continues it. */
  readonly open: boolean;
}

/** Comments as they are read: lines that follow each other are one. */
export function commentsOf(source: string, comments: readonly Comment[]): readonly Text[] {
  const at = lineOf(source);
  const found: { line: number; text: string; end: number; open: boolean }[] = [];
  for (const { start, end, text, open } of comments) {
    const before = found.at(-1);
    if (open && before?.open && /^[\t ]*\n[\t ]*$/.test(source.slice(before.end, start))) {
      before.text += ` ${text}`;
      before.end = end;
    } else found.push({ line: at(start), text, end, open });
  }
  return found.map(({ line, text }) => ({ line, kind: "comment", text: oneLine(text) }));
}
