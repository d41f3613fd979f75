import type { Audience } from "../core/command.ts";

/** Who may use a command. Checked here, whatever the platform shows. */
export function allowedHere(
  audience: Audience,
  caller: { readonly member: boolean; readonly admin: boolean },
): boolean {
  switch (audience) {
    case "member":
      return caller.member;
    case "admin":
      return caller.admin;
    case "anyone":
      return caller.member || caller.admin;
  }
}
