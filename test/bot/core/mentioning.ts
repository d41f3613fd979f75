import type { Mention, Typed } from "../../../bot/platforms/teams/tokens.ts";

/** A text with people in the places where they are first named. */
export const mentioning = (text: string, mentions: readonly Mention[]): Typed =>
  mentions.reduce<Typed>(
    (typed, mention) => {
      const index = typed.findIndex((piece) => typeof piece === "string" && piece.includes(mention.text));
      const piece = typed[index];
      if (typeof piece !== "string") return typed;
      const at = piece.indexOf(mention.text);
      const [before, after] = [piece.slice(0, at), piece.slice(at + mention.text.length)];
      return typed.toSpliced(index, 1, before, mention, after);
    },
    [text],
  );
