import { strike, type World } from "../world.ts";
import { type InstanceView, messageOf } from "./handler.ts";

/** The text that Azure puts around a VM handler's message. */
export const reported = (extension: string, publisher: string, type: string, message: string): string =>
  `VM has reported a failure when processing extension '${extension}' (publisher '${publisher}' and type '${type}'). Error message: '${message}'. More information on troubleshooting is available at https://aka.ms/vmextensionlinuxtroubleshoot.`;

/**
 * How a deployment reports a failed run command. Azure doesn't document this, so there are three ways, chosen by the fault `frame`: the
 * handler's whole message, as for the custom script extension; only its reason, in the older frame; and Azure's own
 * words, with the script's output.
 */
export function frameOf(
  world: World,
  name: string,
  view: InstanceView,
): { readonly code: string; readonly message: string } {
  const code = "VMExtensionProvisioningError";
  switch (strike(world, "frame")?.target) {
    case "reason":
      return {
        code,
        message: `VM has reported a failure when processing extension '${name}'. Error message: "${view.executionMessage}".`,
      };
    case "words":
      return {
        code: "VMRunCommandFailed",
        message: `The run command '${name}' failed with exit code ${view.exitCode}.\n[stdout]\n${view.output}\n[stderr]\n${view.error}`,
      };
    default:
      return {
        code,
        message: reported(name, "Microsoft.CPlat.Core", "RunCommandHandlerLinux", messageOf(view)),
      };
  }
}
