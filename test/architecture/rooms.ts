import { matchesGlob, posix } from "node:path";
import type { Import } from "./imports.ts";

/** A room of the house: its files, and what they may import. */
interface Room {
  readonly files: readonly string[];
  /** Paths from the root, and packages; `{folder}` is the folder of the file that imports. */
  readonly may: readonly string[];
  /** Set for what is no part of the bot: its packages are nobody's business. */
  readonly packages?: "any";
  /** Of these types alone. */
  readonly types?: readonly string[];
}

/** What of Node follows from its arguments alone: no I/O, clock or randomness. */
const pure: Readonly<Record<string, readonly string[]>> = {
  "node:crypto": ["createHash"],
  "node:net": ["isIPv4"],
  "node:util": ["isDeepStrictEqual"],
};
const core = ["bot/core/**", "zod"];
/** What the machine that runs the bot is asked behind the seams. */
const behind = ["node:async_hooks", "node:crypto", "node:timers/promises", "node:util"];

/** The first that a file fits in is its room. */
const rooms: Readonly<Record<string, Room>> = {
  core: { files: ["bot/core/**"], may: core },
  cards: { files: ["bot/cards/**"], may: [...core, "bot/cards/**"] },
  engine: {
    files: ["bot/engine/**"],
    may: [...core, "bot/cards/**", "bot/engine/**"],
    types: ["bot/parts.ts"],
  },
  front: {
    files: ["bot/front/**"],
    may: [...core, "bot/cards/**", "bot/engine/**", "bot/parts.ts", "bot/front/**"],
  },
  steps: { files: ["bot/steps/**"], may: [...core, "bot/cards/**", "bot/steps/**"] },
  commands: {
    files: ["bot/commands/**"],
    may: [...core, "bot/cards/**", "bot/engine/**", "bot/commands/**"],
  },
  batch: {
    files: ["bot/batch/**"],
    may: [...core, "bot/cards/**", "bot/engine/**", "bot/commands/**", "bot/parts.ts", "bot/batch/**"],
  },
  "the lists of features": {
    files: ["bot/features/*.ts"],
    may: [...core, "bot/engine/**", "bot/batch/**", "bot/parts.ts", "bot/features/**"],
  },
  "a feature": {
    files: ["bot/features/*/*.ts"],
    may: [
      ...core,
      ...["cards", "engine", "steps", "commands", "batch"].map((room) => `bot/${room}/**`),
      "bot/parts.ts",
      "{folder}/*.ts",
    ],
  },
  discord: {
    files: ["bot/platforms/discord/**"],
    may: [
      ...core,
      ...behind,
      "bot/platforms/discord/**",
      "@discordjs/rest",
      "discord-api-types/v10",
      "discord.js",
    ],
  },
  teams: {
    files: ["bot/platforms/teams/**"],
    may: [...core, ...behind, "bot/platforms/teams/**", "botbuilder", "entities/lib/decode.js"],
  },
  cloud: {
    files: ["bot/cloud/**"],
    may: [...core, ...behind, "bot/cloud/**", "@azure/*", "infra/*.json", "node:fs", "node:path"],
  },
  store: {
    files: ["bot/store/**"],
    may: [...core, "bot/store/**", "@azure/data-tables", "@azure/identity", "@azure/storage-queue"],
  },
  config: {
    files: ["bot/config/**"],
    may: [
      ...core,
      "bot/config/**",
      "bot/platforms/discord/snowflake.ts",
      "bot/platforms/discord/verify.ts",
      "bot/store/connection.ts",
      "bot/store/connectionString.ts",
    ],
  },
  "the loose files": { files: ["bot/*.ts"], may: ["bot/**", "zod", "node:*", "node:*/*", "package.json"] },
  functions: {
    files: ["functions/*.ts"],
    may: [
      "functions/*.ts",
      "bot/app.ts",
      "bot/front/inbound.ts",
      "bot/log.ts",
      "bot/platforms/discord/door.ts",
      "@azure/functions",
      "node:timers/promises",
    ],
  },
  local: {
    files: ["local/**"],
    packages: "any",
    may: [
      "local/**",
      "infra/*.json",
      "bot/core/**",
      "bot/features/commands.ts",
      "bot/platforms/discord/register.ts",
    ],
  },
  scripts: {
    files: ["scripts/**"],
    packages: "any",
    may: [
      "scripts/**",
      "local/**",
      "infra/*.json",
      "package.json",
      "local.settings.example.json",
      "../shared/conformance",
      "bot/app.ts",
      "bot/wiring.ts",
      "bot/core/**",
      "bot/features/commands.ts",
      "bot/platforms/discord/{register,verify}.ts",
    ],
  },
};

/** They load at run time what their caller names: what was built, and a checker that comes with the machine. */
const loaders = ["local/functions/load.ts", "scripts/wire-asides.ts"];

/** In which room a file is; undefined: in none. */
export const roomOf = (file: string): string | undefined =>
  Object.entries(rooms).find(([, { files }]) => files.some((glob) => matchesGlob(file, glob)))?.[0];

/** Whether a file may import this. */
export function isAllowed(file: string, { from, names, onlyTypes }: Import): boolean {
  const room = rooms[roomOf(file) ?? ""];
  if (!room) return false;
  if (from === undefined) return loaders.includes(file);
  const fits = (glob: string) => matchesGlob(from, glob.replace("{folder}", posix.dirname(file)));
  if (room.may.some(fits)) return true;
  if (onlyTypes && room.types?.some(fits)) return true;
  if (room.packages === "any" && isPackage(from)) return true;
  return !!names?.every((name) => pure[from]?.includes(name)) && names.length > 0;
}

/** Neither a file of the repository nor an address. */
const isPackage = (from: string): boolean => /^(node:|@?[a-z][\w.-]*(\/|$))/.test(from) && !isOurs(from);
const isOurs = (from: string): boolean => /^(bot|functions|infra|local|scripts|teams|test)(\/|$)/.test(from);
