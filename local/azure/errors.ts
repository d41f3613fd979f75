import type { ErrorBody } from "./state.ts";

/** A refusal in Azure's words. */
export class AzureError extends Error {
  readonly status: number;
  readonly body: ErrorBody;
  readonly headers: Record<string, string>;
  constructor(status: number, body: ErrorBody, headers: Record<string, string> = {}) {
    super(`${body.code}: ${body.message}`);
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

export function refuse(status: number, code: string, message: string, details?: ErrorBody[]): AzureError {
  return new AzureError(status, { code, message, ...(details ? { details } : {}) });
}

export const resourceNotFound = (type: string, name: string, group: string | undefined) =>
  refuse(
    404,
    "ResourceNotFound",
    `The Resource '${type}/${name}' under resource group '${group ?? "<null>"}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
  );

export const groupNotFound = (group: string) =>
  refuse(404, "ResourceGroupNotFound", `Resource group '${group}' could not be found.`);

/** Compute's answer to an invalid property; `target` names it. */
export const invalidParameter = (message: string, target?: string) =>
  new AzureError(400, { code: "InvalidParameter", message, ...(target ? { target } : {}) });
