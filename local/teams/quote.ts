import { inHtml } from "./html.ts";
import type { SeenMessage } from "./messages.ts";

/** A message on its way to the bot, as far as another one changes it that it takes along. */
interface Carrying {
  readonly text: string;
  readonly entities?: readonly Record<string, unknown>[];
  readonly attachments?: readonly Record<string, unknown>[];
}

const previewOf = ({ text, attachments }: SeenMessage): string =>
  text ?? (attachments.length > 0 ? "Card" : "");

/** A reply that quotes: a mark in the text, and an entity that says what it is ("quotedReply" of Microsoft's Teams SDK, microsoft/teams.ts pull request 482, 2026). */
export const quoting = (quoted: SeenMessage, wire: string): Carrying => ({
  text: `<quoted messageId="${quoted.id}"/> ${wire}`,
  entities: [
    {
      type: "quotedReply",
      quotedReply: {
        messageId: quoted.id,
        senderId: quoted.from.id,
        senderName: quoted.from.name,
        preview: previewOf(quoted),
        time: quoted.id,
        isReplyDeleted: false,
        validatedMessageReference: true,
      },
    },
  ],
});

/**
 * A forwarded message: what was typed with it, then what it says, as if that were typed too; only the attachment shows where it begins
 * (issue 102376 of openclaw/openclaw, 2026).
 */
export const forwarding = (forwarded: SeenMessage, wire: string): Carrying => {
  const body = inHtml(previewOf(forwarded));
  let mention = -1;
  const typed = wire.replaceAll(/<at>([^<]*)<\/at>/g, (_tag, name: string) => {
    mention += 1;
    return `<span itemtype="http://schema.skype.com/Mention" itemscope="" itemid="${mention}">${name}</span>`;
  });
  const content = `<p>${typed}</p>\n<blockquote itemtype="http://schema.skype.com/Forward">\n<p>${body}</p>\n</blockquote>`;
  return {
    text: [wire, body].filter(Boolean).join("\r\n\r\n"),
    attachments: [{ contentType: "text/html", content }],
  };
};
