/**
 * The Claude Code command line, as packaging pins it; npm holds the download to the registry's own checksum. Advisories
 * name the package of which this is the part for Linux.
 */
export const claudeCode = {
  name: "@anthropic-ai/claude-code-linux-x64",
  known: "@anthropic-ai/claude-code",
  version: "2.1.330",
};
