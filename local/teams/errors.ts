/** An error answer from the connector. */
export class ConnectorError extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }

  get body() {
    return { error: { code: this.code, message: this.message } };
  }
}

// Statuses, codes and sentences: "Status codes from agent conversational APIs", Microsoft Learn, 2026.
export const refusals = {
  BotNotInConversationRoster: "The bot is not part of the conversation roster.",
  ConversationBlockedByUser: "User blocked the conversation with the bot.",
  BotDisabledByAdmin: "The tenant admin disabled this bot.",
  MessageWritesBlocked: "Message writes are blocked in this conversation.",
  ForbiddenOperationException: "Bot is not installed in user's personal scope.",
} as const;
/** Reasons why the bot may not write somewhere: HTTP 403. */
export type Refusal = keyof typeof refusals;

export const refused = (code: Refusal) => new ConnectorError(403, code, refusals[code]);
export const unauthorized = () =>
  new ConnectorError(401, "Unauthorized", "Authorization has been denied for this request.");
export const badArgument = (message: string) => new ConnectorError(400, "BadArgument", message);
export const notAllowed = () =>
  new ConnectorError(403, "NotEnoughPermissions", "Only the author of a message may change it.");
export const noConversation = () =>
  new ConnectorError(404, "ConversationNotFound", "Conversation not found.");
export const noActivity = () =>
  new ConnectorError(
    404,
    "ActivityNotFoundInConversation",
    "The activity was not found in the conversation.",
  );
export const noMember = () =>
  new ConnectorError(404, "MemberNotFoundInConversation", "The member was not found in the conversation.");
export const tooBig = () => new ConnectorError(413, "MessageSizeTooBig", "Message size too large.");
export const throttled = (seconds: number) =>
  new ConnectorError(429, "Throttled", "Too many requests.", { "retry-after": String(seconds) });
export const serviceError = (status: number) =>
  new ConnectorError(status, "ServiceError", "The service could not answer.");
