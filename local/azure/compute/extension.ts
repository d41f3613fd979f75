import { asWritten, type Kind, textAt } from "../arm/kind.ts";
import { refuse } from "../errors.ts";
import type { Resource } from "../state.ts";
import { strike, type World } from "../world.ts";
import { reported } from "./frame.ts";
import { machineOf, runs } from "./runCommand.ts";

/** VM extensions. The Entra sign-in extension requires the VM's system-assigned identity. */
export const extensions: Kind = {
  type: "Microsoft.Compute/virtualMachines/extensions",
  seconds: { create: 20, update: 10, remove: 5 },
  prepare(write) {
    const { world, path } = write;
    const machine = machineOf(world, path.parent);
    if (!runs(machine))
      throw refuse(
        409,
        "OperationNotAllowed",
        `Cannot modify extensions in the VM when the VM is not running. (${machine.name})`,
      );
    const resource = asWritten(write);
    for (const key of ["publisher", "type", "typeHandlerVersion"])
      if (!textAt(resource.properties, key))
        throw refuse(400, "InvalidParameter", `Required parameter '${key}' is missing (null).`);
    // Only the guest sees protected settings.
    delete resource.properties["protectedSettings"];
    return resource;
  },
  finish: { create: installed, update: installed },
};

function installed(world: World, extension: Resource): undefined {
  const machine = machineOf(world, extension.id.split("/").slice(0, -2).join("/"));
  const entra = extension.properties["type"] === "AADSSHLoginForLinux";
  const fault = strike(world, "extension");
  const exitCode = fault
    ? (fault.exitCode ?? 100)
    : entra && machine.identity?.principalId === undefined
      ? 22
      : 0;
  if (exitCode === 0) return undefined;
  const { publisher, type } = extension.properties;
  const words = `Enable failed: failed to execute command: command terminated with exit status=${exitCode}`;
  const message = reported(extension.name, `${publisher}`, `${type}`, words);
  extension.hidden["failure"] = message;
  throw refuse(409, "VMExtensionProvisioningError", message);
}
