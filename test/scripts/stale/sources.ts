import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { Hono } from "hono";
import type { Sources } from "../../../scripts/stale.ts";

/*
 * The three sources as they answer, cut down to what is read of them. Shapes: npm's bulk advisories as `npm audit` reads
 * them (@npmcli/arborist, 2026) and its packuments; https://nodejs.org/dist/index.json (nodejs/nodejs-dist-indexer, 2026);
 * Microsoft Learn, "Package metadata, NuGet API" (2026).
 */

export interface Advisory {
  readonly id: number;
  readonly url: string;
  readonly title: string;
  readonly severity: string;
  readonly vulnerable_versions: string;
  readonly cwe: readonly string[];
  readonly cvss: { readonly score: number; readonly vectorString: string | null };
}

export const advisory = (range: string, title = "Prototype pollution"): Advisory => ({
  id: 1101851,
  url: "https://github.com/advisories/GHSA-aaaa-bbbb-cccc",
  title,
  severity: "high",
  vulnerable_versions: range,
  cwe: ["CWE-1321"],
  cvss: { score: 7.5, vectorString: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H" },
});

/** The security releases of 21 October 2026 among their neighbours; Node writes a `v` in front, and LTS as a name or false. */
const release = (version: string, date: string, security: boolean, lts: string | false) => ({
  version: `v${version}`,
  date,
  files: ["headers", "linux-arm64", "linux-x64", "src"],
  npm: "11.6.2",
  v8: "13.6.233.17",
  modules: "137",
  lts,
  security,
});
export const releases = [
  release("26.12.1", "2026-10-21", true, "Lutetium"),
  release("26.10.0", "2026-09-22", false, false),
  release("24.22.3", "2026-11-11", false, "Krypton"),
  release("24.22.1", "2026-10-21", true, "Krypton"),
  release("24.21.0", "2026-09-09", false, "Krypton"),
  release("24.20.0", "2026-08-26", false, "Krypton"),
  release("22.30.0", "2026-10-21", true, "Jod"),
];

/** What stands behind the wire; each may be changed, and a source may be away. */
export interface World {
  readonly advisories: Record<string, readonly Advisory[]>;
  /** What npm has of the package `node`. */
  nodeOnNpm: readonly string[];
  readonly onNuGet: { version: string; vulnerabilities?: { advisoryUrl: string; severity: string }[] }[];
  /** NuGet's pages stand in its index, or apart. */
  apart: boolean;
  away: "npm" | "node" | "nuget" | undefined;
  /** What npm was asked about. */
  asked: Record<string, readonly string[]>;
}

export async function startSources(): Promise<{ world: World; sources: Sources; close(): Promise<void> }> {
  const world: World = {
    advisories: {},
    nodeOnNpm: ["24.20.0", "24.21.0", "26.10.0"],
    onNuGet: [{ version: "0.47.16" }, { version: "0.49.2" }],
    apart: false,
    away: undefined,
    asked: {},
  };
  const app = new Hono();
  app.use("/:source/*", (c, next) =>
    c.req.param("source") === world.away ? Promise.resolve(c.text("maintenance", 503)) : next(),
  );
  app.post("/npm/-/npm/v1/security/advisories/bulk", async (c) => {
    world.asked = await c.req.json();
    return c.json(
      Object.fromEntries(Object.entries(world.advisories).filter(([name]) => name in world.asked)),
    );
  });
  app.get("/npm/:name", (c) => {
    const name = c.req.param("name");
    const versions = name === "node" ? world.nodeOnNpm : ["2026.9.6", "2026.11.2"];
    return c.json({
      _id: name,
      name,
      "dist-tags": { latest: versions.at(-1) },
      versions: Object.fromEntries(versions.map((version) => [version, { name, version }])),
      time: {
        created: "2026-01-01T00:00:00.000Z",
        ...Object.fromEntries(versions.map((version) => [version, "2026-09-10T02:34:52.530Z"])),
      },
    });
  });
  app.get("/node/dist/index.json", (c) => c.json(releases));
  app.get("/nuget/v3/index.json", (c) =>
    c.json({
      version: "3.0.0",
      resources: [
        { "@id": `${base}/nuget/plain/`, "@type": "RegistrationsBaseUrl" },
        { "@id": `${base}/nuget/registration/`, "@type": "RegistrationsBaseUrl/3.6.0" },
      ],
    }),
  );
  const leaves = () =>
    world.onNuGet.map((entry) => ({
      "@id": `${base}/nuget/registration/x/${entry.version}.json`,
      catalogEntry: { id: "x", published: "2026-08-20T00:00:00+00:00", listed: true, ...entry },
      packageContent: `${base}/nuget/x.nupkg`,
    }));
  const page = `/nuget/registration/:name/page/all.json`;
  app.get("/nuget/registration/:name/index.json", (c) =>
    c.json({
      count: 1,
      items: [
        {
          "@id": `${base}${page.replace(":name", c.req.param("name"))}`,
          count: world.onNuGet.length,
          lower: world.onNuGet[0]?.version,
          upper: world.onNuGet.at(-1)?.version,
          ...(world.apart ? {} : { items: leaves() }),
        },
      ],
    }),
  );
  app.get(page, (c) => c.json({ count: world.onNuGet.length, items: leaves() }));
  const server = createServer(getRequestListener((request) => app.fetch(request)));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    world,
    sources: { npm: `${base}/npm`, node: `${base}/node`, nuget: `${base}/nuget/v3/index.json` },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
