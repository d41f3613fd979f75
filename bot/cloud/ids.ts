import { createHash } from "node:crypto";
import type { CloudPlace } from "../core/cloud.ts";

/** The resource id of something in a resource group. `type` such as `Microsoft.Compute/disks`. */
export const resourceId = (place: CloudPlace, type: string, name: string): string =>
  `${groupId(place)}/providers/${type}/${name}`;

export const groupId = ({ subscription, resourceGroup }: CloudPlace): string =>
  `/subscriptions/${subscription}/resourceGroups/${resourceGroup}`;

/** The role's id in the form that Resource Manager expects. */
export const roleDefinitionId = (subscription: string, role: string): string =>
  `/subscriptions/${subscription}/providers/Microsoft.Authorization/roleDefinitions/${role}`;

/** The SDKs put a slash in front of an id that is a scope; after two slashes, its first part may be mistaken for a host. */
export const bare = (id: string): string => id.replace(/^\//, "");

/** The namespace of Resource Manager's `guid()`. A test compares the result with a template's. */
const namespace = Buffer.from("11fb06fb712d4ddd98c7e71bbd588830", "hex");

/** What `guid(…)` returns in a template, so that ids from both agree: a version 5 UUID (RFC 9562). */
export function guid(...parts: readonly string[]): string {
  const bytes = createHash("sha1").update(namespace).update(parts.join("-")).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
