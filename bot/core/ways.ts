/** The ways to reach one's OpenClaw. `break-glass`: with a key of its own, for when the sign-in with Entra fails. */
export const ways = ["shell", "tui", "web", "vscode", "break-glass"] as const;
export type Way = (typeof ways)[number];
