import type { HttpAnswer } from "../../core/platform.ts";

/** Allow no script, and nothing from other origins. */
const headers = {
  "content-type": "text/html; charset=utf-8",
  "cache-control": "no-store",
  "content-security-policy":
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-robots-tag": "noindex",
};

const style = `body{font:1.1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:12vh auto;padding:0 1.5rem;color:#1c1e21;background:#fff}
button{font:inherit;padding:.8rem 1.4rem;border:0;border-radius:.4rem;background:#1f5fbf;color:#fff}
@media(prefers-color-scheme:dark){body{color:#e6e6e6;background:#1c1e21}}`;

/** The page behind an access link. It names no one, because anyone may have found the link. */
export function accessPage(
  status: number,
  { title, text, button }: { readonly title: string; readonly text: string; readonly button?: string },
): HttpAnswer {
  const body = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>OpenClaw</title>
<style>${style}</style>
<h1>${escaped(title)}</h1>
<p>${escaped(text)}</p>
${button === undefined ? "" : `<form method="post"><button>${escaped(button)}</button></form>\n`}</html>
`;
  return { status, headers, body };
}

const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
