import { AzureFault } from "../core/errors.ts";
import { absent, removing } from "./faults.ts";

/** Azure's codes for something that holds what is to be deleted. The first also means much else, such as a quota. */
const codes = [
  "OperationNotAllowed",
  "NicInUse",
  "PublicIPAddressCannotBeDeleted",
  "InUseNetworkSecurityGroupCannotBeDeleted",
];

/**
 * Deletes a part of an instance. If Azure says that it is in use, what holds it is read again: nothing, or a part of the same instance
 * that was deleted before, means that Azure is behind; anything else keeps it. Azure takes seconds to release a disk
 * (kubernetes/kubernetes#82714, 2019), minutes to release an interface (transformerlab/transformerlab-app#2357, 2026), and its list of
 * what uses network rules also lags (coreos/tectonic-installer#1012, 2017).
 * @param instance the prefix of all its names
 * @param look reads the part to delete
 * @param holders the ids of what holds it
 * @throws AzureFault with code StillInUse, which passes, or InUseElsewhere, with Azure's own code and words
 */
export async function deleting<T>(
  deletion: Promise<unknown>,
  instance: string,
  look: () => Promise<T>,
  holders: (found: T) => readonly string[],
): Promise<void> {
  try {
    await removing(deletion, look);
  } catch (error) {
    if (!(error instanceof AzureFault) || !codes.includes(error.code)) throw error;
    const found = await absent(look());
    const others = found === undefined ? [] : holders(found).filter((id) => !belongsTo(instance, id));
    const { service, status, correlation, retryAfterSeconds } = error;
    const words = `${error.code}: ${error.detail}`;
    throw new AzureFault({
      service,
      status,
      correlation,
      retryAfterSeconds,
      ...(others.length === 0
        ? { code: "StillInUse", detail: words }
        : { code: "InUseElsewhere", detail: `${words} (held by ${others.join(", ")})` }),
    });
  }
}

/** Whether some part of a resource id is the instance's name, or starts with it. */
const belongsTo = (instance: string, id: string): boolean =>
  id
    .toLowerCase()
    .split("/")
    .some((part) => part === instance || part.startsWith(`${instance}-`));
