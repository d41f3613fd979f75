import { discordClient } from "../discordClient.ts";
import { decide } from "./seam.ts";
import { startCrashWorld } from "./world.ts";

const world = await startCrashWorld();
const client = discordClient(world.discord);
const { ada, mia } = world.discord.people;
let calls: string[] = [];
decide((call, send) => {
  calls.push(`${call.stage}: ${call.method} ${call.url.host} ${call.url.pathname}`);
  return send();
});
let t = performance.now();
const lap = (what: string) => {
  console.log(what, Math.round(performance.now() - t), "ms", calls.length, "calls", world.errors);
  calls = [];
  t = performance.now();
};
console.log(
  (await client.types(ada, "openclaw-admin roster add", { person: mia.id, entra: "mia@contoso.com" })).text,
);
await world.settle();
console.log(client.latest(ada).text);
lap("roster");
const roster = world.snapshot();
lap("snapshot");
for (let i = 0; i < 4; i++) {
  world.restore(roster);
  lap("restore");
  await client.types(mia, "openclaw request");
  await world.settle();
  lap("request");
}
console.log(client.latest(mia).text.slice(0, 100), world.now());
const built = world.snapshot();
for (const c of ["stop", "start", "status"]) {
  await client.types(mia, `openclaw ${c}`);
  await world.settle();
  lap(c);
}
world.restore(built);
const q = await client.types(mia, "openclaw teardown");
await client.clicks(mia, "Yes, tear it down", q);
await world.settle();
lap("teardown");
console.log(client.latest(mia).text.slice(0, 100), world.now());
