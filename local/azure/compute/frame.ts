import { strike, type World } from "../world.ts";
import { type InstanceView, messageOf } from "./handler.ts";

/** What Azure puts around the words of a VM's handler. */
export const reported = (extension: string, publisher: string, type: string, message: string): string =>
  `VM has reported a failure when processing extension '${extension}' (publisher '${publisher}' and type '${type}'). Error message: '${message}'. More information on troubleshooting is available at https://aka.ms/vmextensionlinuxtroubleshoot.`;

/**
 * How a run command that failed a deployment is told there. Azure does not say how, so there are three ways, by the fault `frame`: with the
 * handler's whole message, as the custom script extension is told; with its reason alone, in the older frame; and in words of Azure's
 * own, with what the script has printed.
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
