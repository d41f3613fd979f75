import { refuse } from "../errors.ts";
import type { Body } from "../state.ts";
import { isBody } from "./kind.ts";

/** The JSON of a request. Azure CLI sends deployments with an unquoted key and the template's comments, and ARM accepts that. */
export function parseBody(text: string): Body {
  if (text.trim() === "") return {};
  for (const attempt of [() => text, () => strict(text)]) {
    try {
      const body: unknown = JSON.parse(attempt());
      if (isBody(body)) return body;
    } catch {
      // Not valid JSON: the next attempt, or the refusal below, decides.
    }
  }
  throw refuse(
    400,
    "InvalidRequestContent",
    "The request content was invalid and could not be deserialized.",
  );
}

/** Removes comments and trailing commas, and quotes bare keys; strings stay as they are. */
function strict(text: string): string {
  return text
    .replace(
      /("(?:[^"\\]|\\.)*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g,
      (_, quoted: string | undefined) => quoted ?? "",
    )
    .replace(
      /("(?:[^"\\]|\\.)*")|([A-Za-z_]\w*)(?=\s*:)/g,
      (_, quoted: string | undefined, key: string | undefined) => quoted ?? `"${key}"`,
    )
    .replace(/("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])/g, (_, quoted: string | undefined) => quoted ?? "");
}
