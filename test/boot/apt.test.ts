import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Disk, Machine } from "./machine.ts";
import { baseRoot, project } from "./root.ts";
import { dropIn, openWorld, run, type World, whyNot } from "./world.ts";

/*
 * Whose apt's lock is until an instance is ready: the system's own timers, services and `apt.systemd.daily`, under real
 * systemd, against Debian's real packages. Only when the timers fire is changed: a second after they start.
 */
const reason = whyNot();
const boot = readFileSync(join(project, "cloud-init", "boot.sh")).toString("base64");
/** What the template's file does with boot.sh, and something that answers as a gateway does. */
const userData = `#cloud-config
${JSON.stringify({
  users: [],
  bootcmd: [
    `mkdir -p /usr/local/lib/openclaw; echo ${boot} | base64 -d >/usr/local/lib/openclaw/boot.sh; sh /usr/local/lib/openclaw/boot.sh create`,
    "mkdir -p /srv/gateway; touch /srv/gateway/readyz; systemd-run --quiet --no-block --unit gateway python3 -m http.server 18789 --bind 127.0.0.1 --directory /srv/gateway",
  ],
})}
`;
const timers = ["apt-daily.timer", "apt-daily-upgrade.timer"];
const services = ["apt-daily.service", "apt-daily-upgrade.service"];
const soon = "[Timer]\nOnCalendar=\nOnActiveSec=1s\nRandomizedDelaySec=0\nAccuracySec=1s\nPersistent=false\n";

describe.skipIf(reason !== undefined)("apt until the instance is ready", () => {
  let world: World;
  let files: string;
  let home: Disk;
  let machine: Machine;
  beforeAll(async () => {
    world = await openWorld("apt");
    files = world.plainVm("vm", userData, true);
    home = world.disk("home", "512M");
    for (const timer of timers) dropIn(timer, files, soon);
    await start();
  });
  afterAll(() => world.close());

  const say = async (script: string) => (await machine.sh(script)).out;
  const property = (name: string, unit: string) => say(`systemctl show -p ${name} --value ${unit}`);
  /** When each service last ended, as its boot counts. */
  let ended = new Map<string, number>();
  async function start(): Promise<void> {
    ended = new Map();
    machine = await world.start(files, home);
  }
  /** Waits until a timer has fired once more and what it starts is through; answers how that ended. */
  async function through(service: string, seconds = 60): Promise<string> {
    for (let tries = 0; tries < seconds; tries++) {
      const at = Number(await property("ExecMainExitTimestampMonotonic", service));
      if (at > (ended.get(service) ?? 0) && (await property("ActiveState", service)) !== "activating") {
        ended.set(service, at);
        return property("Result", service);
      }
      await sleep(1000);
    }
    return `not through: ${await property("LoadState", service)}, ${await property("ActiveState", service)}`;
  }
  const packagesAsked = () => world.cloud.asked.filter((line) => line.startsWith("deb "));
  const upgradeLog = "/var/log/unattended-upgrades/unattended-upgrades.log";
  /** Both timers have fired in this boot, and nothing came of it. */
  async function nothingCameOfIt(): Promise<void> {
    for (const service of services) expect(await through(service)).toBe("success");
    expect(packagesAsked()).toEqual([]);
    expect(await say(`find /var/lib/apt/periodic ${upgradeLog} -type f 2>/dev/null`)).toBe("");
    expect(await say("ls /var/lib/openclaw/ready 2>/dev/null")).toBe("");
  }
  const sets = () => say("ls /etc/apt/apt.conf.d");

  test("its timers fire at the first boot, and nothing comes of it", nothingCameOfIt);

  test("no periodic work can start before the hold is there", async () => {
    // bootcmd runs in cloud-init's service, before sysinit; timers and services start after that.
    expect((await property("Before", "cloud-init.service")).split(" ")).toContain("sysinit.target");
    for (const unit of [...timers, ...services, "unattended-upgrades.service"])
      expect((await property("After", unit)).split(" ")).toContain("sysinit.target");
  });

  test("its timers can be stopped and started, as the Entra login extension does", async () => {
    expect(await machine.sh(`systemctl stop ${timers.join(" ")}`)).toEqual({ code: 0, out: "" });
    expect(await machine.sh(`systemctl start ${timers.join(" ")}`)).toEqual({ code: 0, out: "" });
    await nothingCameOfIt();
  });

  test("a reboot before that keeps it still", async () => {
    await machine.stop();
    await start();
    await nothingCameOfIt();
    expect(await say(`systemctl is-active ${timers.join(" ")}`)).toBe("active\nactive");
  });

  test("what runs already when the hold comes is stopped", async () => {
    const unit = "/run/systemd/system/apt-daily.service.d";
    await machine.sh(
      `mkdir -p ${unit}; printf '[Service]\\nExecStart=\\nExecStart=/bin/sleep 600\\n' >${unit}/long.conf; systemctl daemon-reload; systemctl start --no-block apt-daily.service; sleep 1`,
    );
    expect(await property("ActiveState", "apt-daily.service")).toBe("activating");
    await machine.sh("/bin/sh /usr/local/lib/openclaw/boot.sh create; sleep 1");
    expect(await property("ActiveState", "apt-daily.service")).not.toBe("activating");
    await machine.sh(`rm -r ${unit}; systemctl daemon-reload; systemctl reset-failed apt-daily.service`);
  });

  test("an instance that never gets ready has apt's own ways again after six hours", async () => {
    const [left, now] = (
      await say(
        "systemctl show -p NextElapseUSecMonotonic --value openclaw-apt-hold.timer; cut -d. -f1 /proc/uptime",
      )
    ).split("\n");
    expect(left).toMatch(/h|min/);
    expect(Number(now)).toBeGreaterThan(0);
    expect(await property("TimersMonotonic", "openclaw-apt-hold.timer")).toContain("OnActiveUSec=6h");
    await machine.sh("systemctl start openclaw-apt-hold.service; sleep 1");
    expect((await sets()).split("\n")).toEqual(readdirSync(join(baseRoot(), "etc/apt/apt.conf.d")).sort());
    // The next boot is a new try.
    await machine.sh("/bin/sh /usr/local/lib/openclaw/boot.sh create");
    expect(await sets()).toContain("99openclaw-hold");
  });

  test("once it is ready, the system's own ways hold again", { timeout: 600_000 }, async () => {
    expect(await run(machine, "ready.sh")).toMatchObject({ code: 0 });
    expect((await sets()).split("\n")).toEqual(readdirSync(join(baseRoot(), "etc/apt/apt.conf.d")).sort());
    expect(
      await say(`systemctl is-enabled ${timers.join(" ")}; systemctl is-active ${timers.join(" ")}`),
    ).toBe("enabled\nenabled\nactive\nactive");
    // What it is allowed to upgrade would take minutes; that it looks is enough.
    await machine.sh("echo '#clear Unattended-Upgrade::Origins-Pattern;' >/etc/apt/apt.conf.d/60test");
    for (const [at, service] of services.entries()) {
      await machine.sh(`systemctl restart ${timers[at]}`);
      // How that ends is a matter of Debian's servers.
      expect(await through(service, 250)).not.toContain("not through");
    }
    expect(packagesAsked()).toContain("deb /debian/dists/bookworm/InRelease");
    expect(await say(`cat ${upgradeLog}`)).toContain("Starting unattended upgrades script");
  });

  test("a reboot after that holds nothing", async () => {
    await machine.stop();
    await start();
    expect(await through("apt-daily.service")).toBe("success");
    expect(await sets()).not.toContain("openclaw");
    expect(await property("LoadState", "openclaw-apt-hold.timer")).toBe("not-found");
  });

  test("an instance that an earlier version built has its timers unmasked and started", async () => {
    const masked = [...timers, ...services, "unattended-upgrades.service"].join(" ");
    await machine.sh(`rm /var/lib/openclaw/ready; systemctl mask ${masked}; systemctl stop ${masked}`);
    expect((await machine.sh(`systemctl start ${timers[0]}`)).out).toContain("is masked");
    expect(await run(machine, "ready.sh")).toMatchObject({ code: 0 });
    const wanted = [...timers, "unattended-upgrades.service"].join(" ");
    await machine.sh(
      "for i in $(seq 30); do systemctl is-active -q unattended-upgrades && break; sleep 1; done",
    );
    expect(await say(`systemctl is-enabled ${masked}; systemctl is-active ${wanted}`)).toBe(
      "enabled\nenabled\nstatic\nstatic\nenabled\nactive\nactive\nactive",
    );
  });
});
