/**
 * The Claude Code command line as pinned for packaging; npm verifies the download with the registry's own checksum.
 * Advisories name the main package, of which this is the part for Linux.
 */
export const claudeCode = {
  name: "@anthropic-ai/claude-code-linux-x64",
  known: "@anthropic-ai/claude-code",
  version: "2.1.330",
};
