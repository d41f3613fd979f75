import { expect, it } from "vitest";
import { tokenIn } from "../../../../bot/platforms/discord/api.ts";

it.each([
  ["as it is", "abc.def", "abc.def"],
  ["with line ends", "abc.def\r\n", "abc.def"],
  ["with a byte order mark", "\uFEFFabc.def", "abc.def"],
  ["as it stands in a request", "Bot abc.def", "abc.def"],
  ["all of it", "\uFEFF bot\t abc.def \r\n", "abc.def"],
  ["nothing", "", undefined],
  ["white space", " \r\n\t", undefined],
  ["a prefix alone", "Bot ", undefined],
  ["what main.bicep sets", "not-set", undefined],
  ["that behind a prefix", "Bot not-set\n", undefined],
  ["what the Functions host leaves", "@Microsoft.KeyVault(SecretUri=https://a/secrets/b)", undefined],
  ["what documentation shows", "…", undefined],
  ["two lines", "abc\ndef", undefined],
  ["a file in UTF-16 that was read as UTF-8", "\uFFFD\uFFFDa\0b\0", undefined],
])("takes a token %s", (_what, text, token) => {
  expect(tokenIn(text)).toBe(token);
});
