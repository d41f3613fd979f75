import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** Where package.json is: above the bundle as well as above the sources. */
export function projectFolder(from = import.meta.dirname): string {
  if (existsSync(join(from, "host.json"))) return from;
  const above = dirname(from);
  if (above === from) throw new Error("the project's folder was not found");
  return projectFolder(above);
}
