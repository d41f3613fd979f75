import { inHtml } from "./html.ts";
import type { SeenMessage } from "./messages.ts";

/** The parts of a message to the bot that a quoted or forwarded message changes. */
interface Carrying {
  readonly text: string;
  readonly entities?: readonly Record<string, unknown>[];
  readonly attachments?: readonly Record<string, unknown>[];
}

const previewOf = ({ text, attachments }: SeenMessage): string =>
  text ?? (attachments.length > 0 ? "Card" : "");

/** A reply that quotes: a mark in the text, and an entity that describes it ("quotedReply" of Microsoft's Teams SDK, microsoft/teams.ts pull request 482, 2026). */
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
 * A forwarded message: the typed text, then the forwarded one, as if it was typed too; only the attachment shows where that starts
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
