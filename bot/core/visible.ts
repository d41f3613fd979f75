/**
 * Soft hyphens, zero width spaces, byte order marks, marks of direction: what web pages and mail programs leave in what is copied. What
 * joins the parts of an emoji, or the letters of a word in some scripts, is not among them.
 */
const stray = /[\u00AD\u061C\u180E\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\uFEFF]/g;

/** Any character that is not to be seen, by Unicode's own list. */
const ignorable = /\p{Default_Ignorable_Code_Point}/gu;

/** A longer text as somebody sees it who looks at it. */
export const visible = (text: string): string => text.replaceAll(stray, "");

/**
 * The same of what names something, and is compared: with blanks of one kind, and the full-width signs of some keyboards as others type
 * them. JSON names nothing, and may have an emoji in it.
 */
export const visibleWord = (text: string): string =>
  text.includes("{")
    ? visible(text)
    : text
        .replaceAll(ignorable, "")
        .replaceAll(/[^\S \t\r\n]/g, " ")
        .replaceAll(/[\uFF01-\uFF5E]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0));
