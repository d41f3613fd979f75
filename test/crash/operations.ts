import { memberKey } from "../../bot/core/names.ts";
import { people } from "../../local/teams/people.ts";
import { type Front, frontOn } from "./front.ts";
import type { CrashWorld } from "./world.ts";

/** Where an operation starts. */
export type Start =
  | "roster"
  | "running"
  | "sizes"
  | "open"
  | "stopped"
  | "kept"
  | "building"
  | "stuck"
  | "failed"
  | "two"
  | "left"
  | "unlinked"
  | "asked"
  | "tied";

type Doing = (front: Front, world: CrashWorld) => Promise<unknown>;

export interface Operation {
  readonly name: string;
  readonly from: Start;
  /** What people do, step by step. Before the last there are only questions, which can be asked again. */
  readonly asks: readonly Doing[];
  /** What is to be read somewhere once it has done its work. */
  readonly shows: string;
}

const home = `openclaw-${memberKey(people.mia.objectId)}`;
const address = "203.0.113.7";
const hourly = '{"agents":{"defaults":{"heartbeat":{"every":"1h"}}}}';
/** For people the bot learns only from the directory: they have no account in chat. */
const three = JSON.stringify({
  members: ["max", "nia", "sam"].map((name) => ({ email: `${name}@contoso.com` })),
});
const day = 24 * 3600;

const enrolls =
  (...whom: readonly ("mia" | "max")[]): Doing =>
  async (front, world) => {
    for (const who of whom) {
      await front.types("ada", "roster add", { person: front.named(who), entra: `${who}@contoso.com` });
      await world.settle();
    }
  };
const types =
  (who: "ada" | "mia" | "max", command: string, options: Readonly<Record<string, string>> = {}): Doing =>
  (front) =>
    front.types(who, command, options);
const settles: Doing = (_front, world) => world.settle();
/** Somebody waits until they see a button; who looks on for longer than that finds it out of date. */
const awaits =
  (who: "ada" | "mia", label: string): Doing =>
  (front, world) =>
    world.settle(() => front.sees(who).some(({ buttons }) => buttons.includes(label)));
const clicks =
  (who: "ada" | "mia" | "max", label: string): Doing =>
  (front) =>
    front.clicks(who, label);
/** Somebody fills in the form that a button shows; in Teams it may stand there already, from a click that nobody answered. */
const fillsIn =
  (who: "ada" | "mia", label: string, values: Readonly<Record<string, string>>): Doing =>
  async (front) => {
    const form = front.sees(who).findLast(({ fields }) => fields.length > 0);
    const seen = form ?? (await front.clicks(who, label));
    // What shows none is an answer that they go by.
    return seen.fields.length > 0 ? front.fills(who, seen, values) : seen;
  };
const inTurn =
  (...steps: readonly Doing[]): Doing =>
  async (front, world) => {
    for (const step of steps) await step(front, world);
  };
/** The same, by somebody who is in front of that platform, whichever the others use. */
const on =
  (platform: Front["platform"], does: Doing): Doing =>
  (_front, world) =>
    does(frontOn(platform, world), world);
/** Max gets a code where it is certain who he is, and types it where it is not. */
const typesTheCode: Doing = async (_front, world) => {
  const shown = await frontOn("teams", world).types("max", "link");
  return frontOn("discord", world).types("max", "link", { code: shown.code[0] ?? "" });
};
const mias = (front: Front) => ({ person: front.named("mia") });

/** Those in the middle of something. */
export const unsettled: readonly Start[] = ["building", "stuck", "asked"];

/** How the worlds are made in which operations start, each from an earlier one. */
export const starts: Readonly<Record<Start, { readonly from?: Start; readonly make: Doing }>> = {
  roster: { make: enrolls("mia") },
  running: { from: "roster", make: inTurn(types("mia", "request"), settles) },
  sizes: {
    from: "running",
    make: inTurn(types("ada", "policy set", { sizes: "Standard_B2als_v2,Standard_B2as_v2" }), settles),
  },
  open: { from: "running", make: inTurn(types("mia", "open-access", { address }), settles) },
  stopped: { from: "running", make: inTurn(types("mia", "stop"), settles) },
  kept: {
    from: "running",
    make: inTurn(types("mia", "teardown"), clicks("mia", "Yes, tear it down"), settles),
  },
  building: { from: "roster", make: inTurn(types("mia", "request"), (_front, world) => world.works(5)) },
  // Where the moment at which somebody does something about it decides nothing.
  stuck: {
    from: "roster",
    make: inTurn(
      async (_front, world) => world.azure.faults.set({ kind: "slow", times: 1 }),
      types("mia", "request"),
      (_front, world) => world.works(5),
    ),
  },
  failed: {
    from: "stopped",
    make: inTurn(
      async (_front, world) => world.azure.faults.set({ kind: "allocation" }),
      types("mia", "start"),
      settles,
      async (_front, world) => world.azure.faults.clear(),
    ),
  },
  two: { from: "running", make: inTurn(enrolls("max"), types("max", "request"), settles) },
  left: {
    from: "kept",
    make: inTurn(
      enrolls("max"),
      (front) => front.types("ada", "roster remove", mias(front)),
      clicks("ada", "Yes, remove"),
      settles,
    ),
  },
  unlinked: {
    from: "roster",
    make: inTurn(
      types("ada", "roster import", { json: three }),
      awaits("ada", "Apply"),
      clicks("ada", "Apply"),
      settles,
    ),
  },
  // The question is good for ten minutes.
  asked: { from: "unlinked", make: inTurn(typesTheCode, settles) },
  tied: { from: "asked", make: inTurn(on("teams", clicks("max", "Link")), settles) },
};

export const operations: readonly Operation[] = [
  { name: "request", from: "roster", asks: [types("mia", "request")], shows: "Your OpenClaw is ready" },
  { name: "start", from: "stopped", asks: [types("mia", "start")], shows: "Your OpenClaw is ready" },
  { name: "stop", from: "running", asks: [types("mia", "stop")], shows: "Your OpenClaw is stopped" },
  { name: "restart", from: "running", asks: [types("mia", "restart")], shows: "Your OpenClaw is ready" },
  {
    name: "open access by typing",
    from: "running",
    asks: [types("mia", "open-access", { address })],
    shows: address,
  },
  {
    name: "open access by link",
    from: "running",
    asks: [
      types("mia", "open-access"),
      async (front, world) => {
        const linkSeen = () => front.sees("mia").findLast(({ link }) => link)?.link;
        // A link is shown once: where that answer was lost, another one is asked for.
        if (linkSeen() === undefined) await front.types("mia", "open-access");
        return world.visits(linkSeen() ?? "", address);
      },
      awaits("mia", "Yes, open it"),
      clicks("mia", "Yes, open it"),
    ],
    shows: address,
  },
  { name: "close access", from: "open", asks: [types("mia", "close-access")], shows: "SSH is closed" },
  { name: "connect", from: "running", asks: [types("mia", "connect")], shows: "az ssh vm" },
  { name: "doctor", from: "running", asks: [types("mia", "doctor")], shows: "gateway" },
  { name: "logs", from: "running", asks: [types("mia", "logs")], shows: "gateway: line 1 of page 1" },
  {
    name: "backup",
    from: "running",
    asks: [types("mia", "backup now")],
    shows: "Your home disk is backed up",
  },
  {
    name: "teardown",
    from: "running",
    asks: [types("mia", "teardown"), clicks("mia", "Yes, tear it down")],
    shows: "Your home disk (30 GB) is in the snapshot",
  },
  {
    name: "teardown with all data",
    from: "running",
    asks: [types("mia", "teardown"), fillsIn("mia", "Delete all my data", { name: home })],
    shows: "Your OpenClaw is deleted",
  },
  {
    name: "restore",
    from: "kept",
    asks: [types("mia", "backups"), awaits("mia", "Restore 1"), clicks("mia", "Restore 1")],
    shows: "Your OpenClaw is ready",
  },
  {
    name: "rebuild",
    from: "running",
    asks: [types("mia", "rebuild"), clicks("mia", "Yes, rebuild it")],
    shows: "Your OpenClaw is ready",
  },
  {
    name: "resize",
    from: "sizes",
    asks: [types("mia", "resize", { size: "Standard_B2as_v2" }), clicks("mia", "Yes, change it")],
    shows: "It has its new size, Standard",
  },
  { name: "cancel", from: "building", asks: [types("mia", "cancel")], shows: "cancelled" },
  { name: "retry", from: "failed", asks: [types("mia", "retry")], shows: "Your OpenClaw is ready" },
  {
    name: "unlock",
    from: "stuck",
    asks: [(front) => front.types("ada", "unlock", mias(front)), clicks("ada", "Yes, unlock")],
    shows: "An admin ended it because it was stuck",
  },
  {
    name: "roster add",
    from: "roster",
    asks: [
      (front) => front.types("ada", "roster add", { person: front.named("max"), entra: "max@contoso.com" }),
    ],
    shows: "Max Member is on the roster",
  },
  {
    name: "roster link",
    from: "unlinked",
    asks: [
      (front) => front.types("ada", "roster link", { person: front.named("max"), entra: "max@contoso.com" }),
    ],
    shows: "is now linked to Max Member",
  },
  {
    name: "linking yes",
    from: "asked",
    asks: [on("teams", clicks("max", "Link"))],
    shows: "This account is linked to Max Member",
  },
  {
    name: "linking undo",
    from: "tied",
    asks: [clicks("max", "Unlink")],
    shows: "is no longer linked to Max",
  },
  {
    name: "roster unlink",
    from: "tied",
    asks: [on("discord", (front) => front.types("ada", "roster unlink", { person: front.named("max") }))],
    shows: "The account of Max Member is no longer linked to Max Member",
  },
  {
    name: "roster remove",
    from: "open",
    asks: [(front) => front.types("ada", "roster remove", mias(front)), clicks("ada", "Yes, remove")],
    shows: "Mia Member is off the roster",
  },
  {
    name: "roster put-back",
    from: "left",
    asks: [clicks("ada", "Put back")],
    shows: "Mia Member is on the roster",
  },
  {
    name: "roster transfer",
    from: "left",
    asks: [
      (front) => front.types("ada", "roster transfer", { from: "mia@contoso.com", to: front.named("max") }),
      clicks("ada", "Yes, give it"),
    ],
    shows: "Mia Member’s home disk is now yours",
  },
  {
    name: "import of three",
    from: "roster",
    asks: [types("ada", "roster import", { json: three }), awaits("ada", "Apply"), clicks("ada", "Apply")],
    shows: "Import: 3 added",
  },
  {
    name: "config check",
    from: "running",
    asks: [(front) => front.types("ada", "config check", { ...mias(front), patch: hourly })],
    shows: "would accept it",
  },
  {
    name: "config push",
    from: "running",
    asks: [(front) => front.types("ada", "config push", { ...mias(front), patch: hourly })],
    shows: "OpenClaw has the team configuration",
  },
  {
    name: "secrets push",
    from: "running",
    asks: [(front) => front.types("ada", "secrets push", mias(front))],
    shows: "no model key",
  },
  {
    name: "bulk stop",
    from: "two",
    asks: [types("ada", "instances stop", { all: "true" }), clicks("ada", "Yes, stop")],
    shows: "Stop: 2 of 2 done",
  },
  {
    name: "teardown-all",
    from: "two",
    asks: [types("ada", "teardown-all"), fillsIn("ada", "Go on", { phrase: "tear down 2 instances" })],
    shows: "2 of 2 done",
  },
  {
    name: "nightly",
    from: "running",
    asks: [
      async (_front, world) => {
        // Four in the morning of the next day.
        world.pass(day - ((world.now().getTime() / 1000 - 4 * 3600) % day));
        await world.sweep();
        // The timer comes every minute, whatever has failed in the minute before.
        world.pass(60);
        await world.sweep();
      },
    ],
    shows: "started the nightly backup",
  },
  {
    name: "sweep",
    from: "open",
    asks: [
      async (_front, world) => {
        // Access ends by then, and what is done every hour is due.
        world.pass(13 * 3600);
        await world.sweep();
      },
    ],
    shows: '"instance",{"access":[],"backedUpAt"',
  },
];

export function operationNamed(name: string): Operation {
  const found = operations.find((operation) => operation.name === name);
  if (!found) throw new Error(`there is no ${name}`);
  return found;
}
