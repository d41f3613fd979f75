import type { z } from "zod";

/** An error answer from Discord's API: HTTP status, JSON error code and sentence. */
export class DiscordError extends Error {
  readonly status: number;
  readonly code: number;
  readonly errors: ErrorTree | undefined;

  constructor(status: number, code: number, message: string, errors?: ErrorTree) {
    super(message);
    this.status = status;
    this.code = code;
    this.errors = errors;
  }

  get body() {
    return { message: this.message, code: this.code, ...(this.errors ? { errors: this.errors } : {}) };
  }
}

export interface ErrorTree {
  [key: string]: ErrorTree | { code: string; message: string }[];
}

// Codes and sentences: Discord developer documentation, "Opcodes and Status Codes", JSON error codes, 2026-01.
export const unauthorized = () => new DiscordError(401, 0, "401: Unauthorized");
export const notFound = () => new DiscordError(404, 0, "404: Not Found");
export const unknownChannel = () => new DiscordError(404, 10003, "Unknown Channel");
export const unknownMessage = () => new DiscordError(404, 10008, "Unknown Message");
export const unknownMember = () => new DiscordError(404, 10007, "Unknown Member");
export const unknownUser = () => new DiscordError(404, 10013, "Unknown User");
export const unknownWebhook = () => new DiscordError(404, 10015, "Unknown Webhook");
export const unknownCommand = () => new DiscordError(404, 10063, "Unknown application command");
export const missingAccess = () => new DiscordError(403, 50001, "Missing Access");
export const emptyMessage = () => new DiscordError(400, 50006, "Cannot send an empty message");
export const dmsClosed = () => new DiscordError(403, 50007, "Cannot send messages to this user");
export const wrongChannelType = () =>
  new DiscordError(400, 50024, "Cannot execute action on this channel type");
/** For an expired interaction (discord-api-docs, issue 6851, 2024). */
export const invalidWebhookToken = () => new DiscordError(401, 50027, "Invalid Webhook Token");
export const invalidRecipient = () => new DiscordError(400, 50033, "Invalid Recipient(s)");

/** Parses a body; an invalid one becomes Discord's "Invalid Form Body" with the path of every error. */
export function parse<T extends z.ZodType>(schema: T, body: unknown): z.infer<T> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const errors: ErrorTree = {};
  for (const issue of result.error.issues) {
    let node = errors;
    for (const step of issue.path) {
      const next = node[String(step)] ?? {};
      if (Array.isArray(next)) break;
      node[String(step)] = next;
      node = next;
    }
    const listed = node["_errors"];
    node["_errors"] = [...(Array.isArray(listed) ? listed : []), describe(issue)];
  }
  throw new DiscordError(400, 50035, "Invalid Form Body", errors);
}

function describe(issue: z.core.$ZodIssue): { code: string; message: string } {
  switch (issue.code) {
    case "too_big":
      return { code: "BASE_TYPE_MAX_LENGTH", message: `Must be ${issue.maximum} or fewer in length.` };
    case "too_small":
      return { code: "BASE_TYPE_MIN_LENGTH", message: `Must be ${issue.minimum} or more in length.` };
    case "invalid_type":
      return issue.input === undefined
        ? { code: "BASE_TYPE_REQUIRED", message: "This field is required" }
        : { code: "BASE_TYPE_BAD_TYPE", message: `Value is not of type ${issue.expected}.` };
    case "invalid_value":
      return {
        code: "BASE_TYPE_CHOICES",
        message: `Value must be one of {${issue.values.map(String).join(", ")}}.`,
      };
    case "custom": {
      const code: unknown = issue.params?.["code"];
      return { code: typeof code === "string" ? code : "BASE_TYPE_BAD_VALUE", message: issue.message };
    }
    default:
      return { code: "BASE_TYPE_BAD_VALUE", message: issue.message };
  }
}
