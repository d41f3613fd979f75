import { parse } from "discord-markdown-parser";
import * as z from "zod";
import type { Read } from "../shown.ts";

interface Node {
  readonly type: string;
  readonly content?: string | readonly Node[] | undefined;
  readonly timestamp?: string | undefined;
  /** Of an emoji. */
  readonly name?: string | undefined;
}
const node: z.ZodType<Node> = z.object({
  type: z.string(),
  get content() {
    return z.union([z.string(), z.array(node)]).optional();
  },
  timestamp: z.string().optional(),
  name: z.string().optional(),
});

/** What a client of Discord's makes of a text in an embed. */
export function readAsDiscord(markdown: string): Read {
  const nodes = z.array(node).parse(parse(markdown, "extended"));
  return {
    text: nodes.map(textOf).join(""),
    times: nodes.flatMap(({ timestamp }) => (timestamp ? [Number(timestamp)] : [])),
    marks: nodes.map(({ type }) => type).filter((type) => !plain.includes(type)),
  };
}

/** Words, lines, and what the code block around a command is. */
const plain = ["text", "br", "newline", "timestamp", "twemoji", "codeBlock"];

function textOf({ type, content, name }: Node): string {
  if (type === "br" || type === "newline") return "\n";
  if (type === "timestamp") return "⏱";
  if (name !== undefined) return name;
  return typeof content === "string" ? content : (content ?? []).map(textOf).join("");
}
