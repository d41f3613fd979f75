import { startAzurite } from "../../local/azurite.ts";
import { startWorld } from "../world.ts";
import { layersOf, openProbe, type StorageCall } from "./probe.ts";

const azurite = await startAzurite({ accounts: ["trace"] });
const probe = await openProbe(azurite.connectionString("trace"));
const world = await startWorld({}, { storage: probe.connectionString, isLong: true });
const { max, ada } = world.discord.people;
const { client } = world;
const show = (calls: readonly StorageCall[]) => {
  const sorted = calls.toSorted((a, b) => a.start - b.start);
  const depths: number[] = [];
  for (const [i, c] of sorted.entries()) {
    const above = sorted.slice(0, i).map(({ end }, k) => (end <= c.start ? (depths[k] ?? 0) : 0));
    depths.push(Math.max(0, ...above) + 1);
    console.log("   ", depths[i], c.method, decodeURIComponent(c.path.replace(/^\/[^/]*\//, "").replace(/\?.*filter=/, "?")).slice(0, 150));
  }
};
const wish = async (name: string, asks: () => Promise<unknown>) => {
  world.pass(60);
  probe.take();
  await asks();
  const calls = probe.take();
  console.log(`== ${name}: ${calls.length} + ${world.queue.waiting().length}, depth ${layersOf(calls).length}`);
  show(calls);
  for (let n = 0; world.queue.waiting().length > 0; n += 1) {
    await world.work();
    const asked = probe.take();
    if (process.argv.includes(name)) { console.log(`  -- run ${n}: ${asked.length}, ${world.queue.waiting().length} wait`); show(asked); }
  }
};
const asks = (line: string, options = {}) => () => client.types(max, `openclaw ${line}`, options);
await client.types(ada, "openclaw-admin roster add", { person: ada.id, entra: "ada@contoso.com", role: "admin" });
await world.settle();
await client.types(ada, "openclaw-admin roster add", { person: max.id, entra: "max@contoso.com" });
await world.settle();
await wish("request", asks("request"));
await wish("help", asks("help"));
await wish("status", asks("status"));
await wish("connect", asks("connect"));
await wish("open-access", asks("open-access", { address: "203.0.113.7" }));
await wish("stop", asks("stop"));
await wish("start", asks("start"));
await wish("backup now", asks("backup now"));
await wish("roster list", () => client.types(ada, "openclaw-admin roster list"));
await wish("instances list", () => client.types(ada, "openclaw-admin instances list"));
await world.close();
await probe.close();
await azurite.stop();
