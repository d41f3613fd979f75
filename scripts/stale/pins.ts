import { z } from "zod";

/** Who knows what is wrong with it: npm's advisories, Node's release index, NuGet. */
type Source = "npm" | "node" | "nuget";

/** Something whose version stands in this repository. */
export interface Pin {
  readonly source: Source;
  /** Under which it is downloaded. */
  readonly name: string;
  /** Under which advisories name it. */
  readonly known: string;
  readonly version: string;
  /** The file that pins it. */
  readonly file: string;
  /** Asked for by us, and not by something that we asked for. */
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

/** The packages on npm that are Node itself, which no advisory of npm's names. */
const isNode = (name: string) => /^node(-(linux|darwin|win)-\w+)?$/.test(name);

/** All that a lock of npm's installs, each version of a package once. */
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
