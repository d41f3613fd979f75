import { Refusal } from "./errors.ts";

/** The longest body of a request that is read at all, in bytes: several times what either platform sends for the longest message. */
export const mostBytes = 256 * 1024;
/** The longest text, in UTF-16 units: somewhat more than an option may have. */
export const mostText = 32 * 1024;
/** Far more people than any command takes. */
export const mostMentions = 20;

/** How large it is what somebody asks for. */
export interface Size {
  /** In UTF-16 units. */
  readonly text: number;
  readonly mentions: number;
}

/** What is larger is not looked at. @throws Refusal */
export function refuseLarge({ text, mentions }: Size): void {
  if (text > mostText)
    throw new Refusal(
      `That message is too long for me to read: it has ${text} characters, and ${mostText} is the most. Attach what you want to paste as a file.`,
    );
  if (mentions > mostMentions)
    throw new Refusal(
      `That message mentions ${mentions} people, and I read ${mostMentions} at most. Send it again with fewer mentions.`,
    );
}
