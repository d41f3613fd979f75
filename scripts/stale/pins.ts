import { z } from "zod";

/** The source of its vulnerabilities: npm's advisories, Node's release index, NuGet. */
type Source = "npm" | "node" | "nuget";

/** Something whose version this repository pins. */
export interface Pin {
  readonly source: Source;
  /** The name it is downloaded under. */
  readonly name: string;
  /** The name that advisories use. */
  readonly known: string;
  readonly version: string;
  /** The file that pins it. */
  readonly file: string;
  /** A direct dependency, not one of another dependency. */
  readonly direct: boolean;
}

const dependencies = z.record(z.string(), z.string()).optional();
const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({
      name: z.string().optional(),
      version: z.string().optional(),
      link: z.boolean().optional(),
      dependencies,
      devDependencies: dependencies,
    }),
  ),
});

/** The npm packages that are Node itself, which npm's advisories don't cover. */
const isNode = (name: string) => /^node(-(linux|darwin|win)-\w+)?$/.test(name);

/** Everything that an npm lock file installs, each version of a package once. */
export function pinsOfLock(file: string, text: string): readonly Pin[] {
  const { packages } = lockSchema.parse(JSON.parse(text));
  const asked = { ...packages[""]?.dependencies, ...packages[""]?.devDependencies };
  const pins = Object.entries(packages).flatMap(([path, { name, version, link }]): Pin[] => {
    if (path === "" || version === undefined || link) return [];
    const found = name ?? path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
    return [
      {
        source: isNode(found) ? "node" : "npm",
        name: found,
        known: found,
        version,
        file,
        direct: path === `node_modules/${found}` && found in asked,
      },
    ];
  });
  return [...new Map(pins.map((pin) => [`${pin.name}@${pin.version}`, pin])).values()];
}
