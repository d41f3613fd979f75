import { asWritten, type Kind, textAt } from "../arm/kind.ts";
import { invalidParameter, refuse } from "../errors.ts";
import { assignIdentities } from "../identity/principals.ts";
import { guidOf, iso, ofType, same } from "../world.ts";
import { machineType } from "./quota.ts";

const scaleSetType = "Microsoft.Compute/virtualMachineScaleSets";

/** Flexible scale sets without a profile: the frame that VMs are attached to. */
export const scaleSets: Kind = {
  type: scaleSetType,
  seconds: { create: 5, update: 3, remove: 5 },
  prepare(write) {
    const { world, before, body } = write;
    const resource = asWritten(write);
    const { properties } = resource;
    if (properties["orchestrationMode"] !== "Flexible")
      throw invalidParameter(
        "Only orchestration mode 'Flexible' is known to this simulator.",
        "orchestrationMode",
      );
    if (String(textAt(body, "identity.type") ?? "None").includes("SystemAssigned"))
      throw invalidParameter(
        "The value of parameter identity.type is invalid for a Virtual Machine Scale Set with Flexible orchestration. Allowed values are: UserAssigned, None",
        "identity.type",
      );
    if (properties["virtualMachineProfile"] === undefined && properties["singlePlacementGroup"] !== false)
      throw invalidParameter(
        "singlePlacementGroup must be set to false explicitly when there is no virtualMachineProfile.",
        "singlePlacementGroup",
      );
    if (properties["platformFaultDomainCount"] === undefined)
      throw invalidParameter(
        "Required parameter 'platformFaultDomainCount' is missing (null).",
        "platformFaultDomainCount",
      );
    const identity = assignIdentities(world, resource, body["identity"], before?.identity);
    if (identity) resource.identity = identity;
    resource.properties = {
      ...properties,
      uniqueId: before?.properties["uniqueId"] ?? guidOf(resource.id),
      timeCreated: before?.properties["timeCreated"] ?? iso(world.now),
    };
    return resource;
  },
  mayRemove(world, set) {
    const holds = ofType(world, machineType).some((machine) =>
      same(textAt(machine.properties, "virtualMachineScaleSet.id"), set.id),
    );
    if (holds)
      throw refuse(
        409,
        "OperationNotAllowed",
        `Virtual Machine Scale Set '${set.name}' still has Virtual Machines.`,
      );
  },
};
