import { listAt, textAt } from "../arm/kind.ts";
import type { Body, Resource } from "../state.ts";
import { childrenOf, find, iso, same, type World } from "../world.ts";
import type { Boot } from "./boot.ts";
import { powerOf } from "./power.ts";

/** The VM as a GET shows it, with its extensions, and with `$expand=instanceView` (or `statusOnly=true`) its state. */
export function renderMachine(world: World, machine: Resource, query: URLSearchParams): Body {
  const expand = query.get("$expand")?.toLowerCase();
  const statusOnly = query.get("statusOnly")?.toLowerCase() === "true";
  const extensions = childrenOf(world, machine.id, "extensions");
  return {
    id: machine.id,
    name: machine.name,
    type: machine.type,
    location: machine.location,
    ...(machine.tags ? { tags: machine.tags } : {}),
    ...(machine.zones ? { zones: machine.zones } : {}),
    ...(machine.identity ? { identity: machine.identity } : {}),
    properties: {
      ...machine.properties,
      ...(expand === "instanceview" || statusOnly ? { instanceView: instanceView(world, machine) } : {}),
    },
    ...(extensions.length > 0
      ? {
          resources: extensions.map((extension) => ({
            id: extension.id,
            name: extension.name,
            type: extension.type,
            location: extension.location,
            properties: extension.properties,
          })),
        }
      : {}),
  };
}

/** The instance view: provisioning and power state, agent, disks, extensions. */
export function instanceView(world: World, machine: Resource): Body {
  const power = powerOf(machine);
  return {
    ...(power === "running" ? { computerName: machine.name, osName: "ubuntu", osVersion: "24.04" } : {}),
    hyperVGeneration: "V2",
    vmAgent: agentView(machine),
    disks: diskViews(world, machine),
    bootDiagnostics: {},
    extensions: childrenOf(world, machine.id, "extensions").map((extension) => extensionView(extension)),
    statuses: statusesOf(world, machine),
  };
}

function agentView(machine: Resource): Body {
  const boot = machine.hidden["boot"] as Boot | undefined;
  if (powerOf(machine) === "running" && boot)
    return {
      vmAgentVersion: "2.14.0.1",
      statuses: [
        status("ProvisioningState/succeeded", "Ready", {
          message: "Guest Agent is running",
          time: iso(boot.since),
        }),
      ],
    };
  return {
    vmAgentVersion: "Unknown",
    statuses: [
      status("ProvisioningState/Unavailable", "Not Ready", {
        level: "Warning",
        message: "VM status blob is found but not yet populated.",
        time: iso(machine.changedAt),
      }),
    ],
  };
}

function diskViews(world: World, { properties, changedAt }: Resource): Body[] {
  const ids = [
    textAt(properties, "storageProfile.osDisk.managedDisk.id"),
    ...listAt(properties, "storageProfile.dataDisks").map((disk) => textAt(disk, "managedDisk.id")),
  ];
  const statuses = () => [
    status("ProvisioningState/succeeded", "Provisioning succeeded", { time: iso(changedAt) }),
  ];
  return ids.flatMap((id) => {
    const disk = find(world, id ?? "");
    return disk ? [{ name: disk.name, statuses: statuses() }] : [];
  });
}

/** The result of the last change, and the power state. */
function statusesOf(world: World, machine: Resource): Body[] {
  const state = String(machine.properties["provisioningState"]);
  const power = powerOf(machine);
  const failure =
    state === "Failed"
      ? Object.values(world.state.operations).findLast(
          ({ resource, error }) => same(resource, machine.id) && error,
        )?.error
      : undefined;
  return [
    status(
      `ProvisioningState/${state.toLowerCase()}${failure ? `/${failure.code}` : ""}`,
      `Provisioning ${state.toLowerCase()}`,
      {
        time: iso(machine.changedAt),
        ...(state === "Failed" ? { level: "Error" } : {}),
        ...(failure ? { message: failure.message } : {}),
      },
    ),
    ...(state === "Creating" ? [] : [status(`PowerState/${power}`, `VM ${power}`, {})]),
  ];
}

function extensionView(extension: Resource): Body {
  const state = String(extension.properties["provisioningState"]);
  const failed = same(state, "Failed");
  return {
    name: extension.name,
    type: `${extension.properties["publisher"]}.${extension.properties["type"]}`,
    typeHandlerVersion: extension.properties["typeHandlerVersion"],
    statuses: [
      status(`ProvisioningState/${state.toLowerCase()}`, `Provisioning ${state.toLowerCase()}`, {
        ...(failed ? { level: "Error", message: String(extension.hidden["failure"] ?? "") } : {}),
      }),
    ],
  };
}

const status = (code: string, displayStatus: string, more: Body): Body => ({
  code,
  level: "Info",
  displayStatus,
  ...more,
});
