import { execFile, spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { delimiter, join } from "node:path";

/** The version that the committed JSON was compiled with. */
const version = "0.49.2";
/** Its publication date on NuGet; `infra/bicepconfig.json` measures ages from the same day. */
export const compilerPublished = "2026-11-04";

/** Bicep includes .NET, which otherwise needs ICU libraries that small machines lack. */
const environment = { ...process.env, DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: "1" };

const executable = process.platform === "win32" ? "bicep.exe" : "bicep";

/** The compiler on NuGet for a system such as `linux-x64`; advisories name the same package. */
export const bicepPackage = (system: string) => {
  const name = `azure.bicep.commandline.${system}`;
  return { name, known: name, version };
};

/** The NuGet package for this machine. */
function packageName(): string {
  const system = { darwin: "osx", win32: "win" }[String(process.platform)] ?? "linux";
  return bicepPackage(`${system}-${process.arch}`).name;
}

/** Where NuGet unpacks the compiler. */
function nugetPath(): string {
  const cache = process.env["NUGET_PACKAGES"] ?? join(homedir(), ".nuget", "packages");
  return join(cache, packageName(), version, "tools", executable);
}

function canRun(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Looks in the usual places for Bicep: `BICEP`, the PATH, the Azure CLI's folder, NuGet's cache. */
export function findBicep(): string | undefined {
  const candidates = [
    process.env["BICEP"] ?? "",
    ...(process.env["PATH"] ?? "").split(delimiter).map((folder) => join(folder, executable)),
    join(homedir(), ".azure", "bin", executable),
    nugetPath(),
  ];
  return candidates.find((path) => path !== "" && canRun(path));
}

/** Gets the compiler from NuGet by restoring a project that names it; needs the .NET SDK. */
export async function installBicep(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "bicep-"));
  try {
    await writeFile(
      join(folder, "get.csproj"),
      `<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFramework>net8.0</TargetFramework></PropertyGroup>
  <ItemGroup><PackageDownload Include="${packageName()}" Version="[${version}]" /></ItemGroup>
</Project>`,
    );
    const restored = await run("dotnet", ["restore", join(folder, "get.csproj")]);
    if (restored.code !== 0) throw new Error(`dotnet restore failed:\n${restored.stdout}${restored.stderr}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const path = nugetPath();
  // NuGet unpacks without the executable bit.
  await chmod(path, 0o755);
  return path;
}

export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a program until it exits; a non-zero exit code is a result, not an exception. */
export function run(program: string, args: readonly string[]): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { env: environment, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (error !== null && typeof error.code !== "number") reject(error);
      else resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

/** The scope that a snapshot pretends to deploy to. */
export interface SnapshotScope {
  tenantId: string;
  subscriptionId: string;
  resourceGroup?: string;
  location: string;
  deploymentName: string;
}

export interface Snapshot {
  predictedResources: Record<string, unknown>[];
  outputs: Record<string, unknown>;
}

/** One compiler process that answers many calls (`bicep jsonrpc`). */
export interface BicepSession {
  /** The JSON that a Bicep file compiles to. */
  compile(path: string): Promise<Record<string, unknown>>;
  /** What Microsoft's template engine predicts for a `.bicepparam` file. */
  snapshot(path: string, scope: SnapshotScope): Promise<Snapshot>;
  close(): void;
}

export function openBicep(path: string): BicepSession {
  const child = spawn(path, ["jsonrpc", "--stdio"], { env: environment, stdio: ["pipe", "pipe", "ignore"] });
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let received = Buffer.alloc(0);
  let last = 0;

  const deliver = (text: string) => {
    const message: { id: number; result?: unknown; error?: { message: string } } = JSON.parse(text);
    const caller = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.error !== undefined) caller?.reject(new Error(message.error.message));
    else caller?.resolve(message.result);
  };
  child.stdout.on("data", (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    for (;;) {
      const header = received.indexOf("\r\n\r\n");
      const length = Number(
        /Content-Length: (\d+)/i.exec(received.subarray(0, Math.max(0, header)).toString())?.[1],
      );
      if (header < 0 || received.length < header + 4 + length) return;
      const text = received.subarray(header + 4, header + 4 + length).toString();
      received = received.subarray(header + 4 + length);
      deliver(text);
    }
  });
  child.on("exit", () => {
    for (const { reject } of waiting.values()) reject(new Error("The Bicep compiler ended"));
  });

  const call = (method: string, params: unknown): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const id = ++last;
      waiting.set(id, { resolve, reject });
      const text = JSON.stringify({ jsonrpc: "2.0", id, method, params });
      child.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
    });
  return {
    async compile(file) {
      const answer = (await call("bicep/compile", { path: file })) as { contents?: string };
      if (answer.contents === undefined) throw new Error(`${file} does not compile`);
      return JSON.parse(answer.contents);
    },
    async snapshot(file, scope) {
      const answer = (await call("bicep/getSnapshot", { path: file, metadata: scope })) as {
        snapshot: string;
      };
      return JSON.parse(answer.snapshot);
    },
    close: () => child.kill(),
  };
}
