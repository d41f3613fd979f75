import { createHash } from "node:crypto";
import { looksSecret } from "../bot/core/configuration.ts";

/*
 * What stands in a recording in the place of a secret. What has to be paired by it – the same token in a call and in the answer to it,
 * recorded by two processes – keeps a few digits of its hash: it is too long to be guessed. Of all else nothing is left.
 */
export const replaced = "REPLACED";

const masked = (kind: string, secret: string): string =>
  `MASKED-${kind}-${createHash("sha256").update(secret).digest("hex").slice(0, 12)}`;

export const maskedToken = (token: string): string => masked("token", token);

/** Wherever it stands: a link to find an address, an interaction's token in an address of Discord's, what opens a file, credentials in a form. */
export const withoutKeys = (text: string): string =>
  text
    .replaceAll(
      /(\/api\/access\/[a-z2-7]{10}\.)([0-9a-f]{32})\b/g,
      (_, start: string, id: string) => start + masked("link", id),
    )
    .replaceAll(
      /(\/webhooks\/\d+\/|\/interactions\/\d+\/)([^/?#\s"]+)/g,
      (_, start: string, token: string) => start + maskedToken(token),
    )
    .replaceAll(/([?&](?:sig|hm|tempauth|access_token)=)[^&#\s"]+/g, `$1${replaced}`)
    .replaceAll(
      /(^|&)((?:access_token|refresh_token|client_secret|client_assertion)=)[^&\s]+/g,
      `$1$2${replaced}`,
    );

const quote = "(?:\"|&quot;|&#34;|')";
const names =
  "tokens?|secrets?|passw(?:or)?ds?|pass|pwd|passphrases?|authorization|cookies?|keys?|auth|credentials?|webhook(?:_?url)?";
/** A text in JSON whose name says that it is one. */
const named = new RegExp(`(${quote}[\\w.-]*(?:${names})${quote}\\s*:\\s*${quote})(.*?)(?=${quote})`, "gis");

const privateKey = /-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/gs;
const bearer = /\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi;
/** What stands between words, also where they stand in JSON, in HTML, or in both. */
const between = /(\s+|["'<>(){}[\],]|&quot;|&#34;)/;

/** What somebody has typed or pasted, without what looks like a secret. */
export const withoutPasted = (text: string): string =>
  text
    .replaceAll(privateKey, replaced)
    .replaceAll(bearer, `$1 ${replaced}`)
    .replaceAll(named, `$1${replaced}`)
    .split(between)
    .map((word) => (looksSecret(word) ? replaced : word))
    .join("");
