import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../../local/freePort.ts";
import { everyone, type Person } from "../../local/teams/people.ts";

/** Installed into a temporary folder: its licence lets it be used, not be handed on. */
const tool = "@microsoft/m365agentsplayground";
const version = "0.2.28";

export interface Playground {
  readonly url: string;
  stop(): Promise<void>;
}

/** Installs the Microsoft 365 Agents Playground from npm and starts it in front of a bot, with this person at the keyboard. */
export async function startPlayground(
  folder: string,
  options: { readonly endpoint: string; readonly tenantId: string; readonly user: Person },
): Promise<Playground> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), "{}");
  writeFileSync(join(folder, ".m365agentsplayground.yml"), settings(options.tenantId, options.user));
  execFileSync("npm", ["install", "--no-audit", "--no-fund", `${tool}@${version}`], { cwd: folder });
  const port = await freePort();
  const cli = join(folder, "node_modules", tool, "cli.js");
  const args = ["start", "-e", options.endpoint, "-c", "msteams", "-p", String(port), "--dt", "true"];
  const child = spawn(process.execPath, [cli, ...args], {
    cwd: folder,
    env: { ...process.env, TEAMSAPPTESTER_BROWSER: "none" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      printed += text;
    });
  const url = `http://localhost:${port}`;
  const ended = once(child, "close");
  for (let tries = 0; !(await answers(url)); tries += 1) {
    if (child.exitCode !== null || tries > 300) throw new Error(`the Playground did not start: ${printed}`);
    await sleep(100);
  }
  return {
    url,
    stop: async () => {
      child.kill();
      await ended;
    },
  };
}

const answers = (url: string) =>
  fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );

/** The people of the directory, in its own form (which is JSON too): one who types and exactly five others. */
function settings(tenantId: string, user: Person): string {
  const entry = ({ id, name, userPrincipalName, objectId }: Person, index: number) => ({
    id: index === 0 ? id : `${id}-${index}`,
    name,
    userPrincipleName: userPrincipalName,
    aadObjectId: objectId,
    givenName: name.split(" ")[0],
    surname: name.split(" ")[1],
    email: userPrincipalName,
  });
  const others = everyone.filter(({ id }) => id !== user.id);
  const five = Array.from({ length: 5 }, (_none, index) => others[index % others.length] ?? user);
  return JSON.stringify({
    version: "0.1.1",
    tenantId,
    bot: { id: "28:openclaw", name: "OpenClaw" },
    currentUser: entry(user, 0),
    users: five.map((person, index) => entry(person, index < others.length ? 0 : index)),
    personalChat: { id: "a:playground" },
    groupChat: { id: "19:playground@thread.v2", name: "Group Chat" },
    team: {
      id: "19:playground@thread.tacv2",
      name: "My Team",
      aadGroupId: "00000000-0000-4000-8000-000000000031",
      channels: [{ id: "19:announcements@thread.tacv2", name: "Announcements" }],
    },
  });
}
