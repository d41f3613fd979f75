import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Machine } from "./machine.ts";
import { project } from "./root.ts";
import { openWorld, type World, whyNot } from "./world.ts";

/* What boot.sh does with the disk that it finds at LUN 0: real loop devices, real file systems. */
const reason = whyNot();

describe.skipIf(reason !== undefined)("the home disk", () => {
  let world: World;
  let machine: Machine;
  beforeAll(async () => {
    world = await openWorld("disks");
    machine = await world.start(world.plainVm("vm", "#cloud-config\nusers: []\n"), undefined);
    // While it boots, cloud-init mounts what fstab names.
    await machine.sh(
      "until [ -S /run/dbus/system_bus_socket ]; do sleep 0.1; done; systemctl is-system-running --wait",
    );
    await machine.sh("cat >/usr/local/bin/boot.sh; chmod 755 /usr/local/bin/boot.sh", {
      input: readFileSync(join(project, "cloud-init", "boot.sh"), "utf8"),
    });
    await machine.sh("cat >/usr/local/bin/own-home.sh; chmod 755 /usr/local/bin/own-home.sh", {
      input: readFileSync(join(project, "cloud-init", "own-home.sh"), "utf8"),
    });
  });
  afterAll(() => world.close());

  /** A boot with this device at LUN 0, as SCSI or NVMe machines name it: a VM's first one, or a later one. */
  async function boots(
    device: string | undefined,
    argument: string,
    { path = "/dev/disk/azure/scsi1/lun0", later = false, tries = 1 } = {},
  ) {
    const { out } = await machine.sh(`
      umount -q /home
      rm -f /run/openclaw-* /dev/disk/azure/scsi1/lun0 /dev/disk/azure/data/by-lun/0
      ${later ? "" : "rm -rf /var/lib/openclaw"}
      mkdir -p $(dirname ${path})
      ${device ? `[ -b ${device} ] || mknod ${device} b 7 ${device.replace("/dev/loop", "")}; ln -s ${device} ${path}` : ""}
      HOME_DISK_TRIES=${tries} boot.sh ${argument} >/dev/null 2>&1; echo "$?"
      cat /run/openclaw-fault 2>/dev/null; findmnt -no FSTYPE /home; ls -A /home`);
    return out.split("\n");
  }

  test("is formatted when it is new, and never again", async () => {
    const { device } = world.disk("new", "512M");
    expect(await boots(device, "create")).toEqual(["0", "ext4", "lost+found", "openclaw"]);
    await machine.sh("echo mine >/home/openclaw/mine");
    const uuid = (await machine.sh("findmnt -no UUID /home")).out;
    for (const argument of ["create", "existing"]) {
      const path = "/dev/disk/azure/data/by-lun/0";
      expect(await boots(device, argument, { path })).toEqual(["0", "ext4", "lost+found", "openclaw"]);
      expect(
        (await machine.sh("cat /home/openclaw/mine; findmnt -no UUID /home; stat -c '%u %a' /home/openclaw"))
          .out,
      ).toBe(`mine\n${uuid}\n2000 700`);
    }
    expect((await machine.sh(`grep -c "^UUID=${uuid} /home ext4 .*nofail" /etc/fstab`)).out).toBe("1");
  });

  test("is taken as it is when it comes from a snapshot", async () => {
    const first = world.disk("first", "512M");
    await boots(first.device, "create");
    expect(await machine.sh("echo old >/home/openclaw/old && umount /home")).toEqual({ code: 0, out: "" });
    const restored = world.disk("restored", "512M", first);
    expect(await boots(restored.device, "existing")).toEqual(["0", "ext4", "lost+found", "openclaw"]);
    expect((await machine.sh("cat /home/openclaw/old; findmnt -no SOURCE /home")).out).toBe(
      `old\n${restored.device}`,
    );
  });

  test.each([
    ["empty, where one with files was promised", "true", "existing"],
    ["swap", "mkswap", "create"],
    ["XFS", "mkfs.xfs -q", "create"],
    ["partitioned", "echo ',,L' | sfdisk -q", "create"],
  ])("is left alone when it is %s", async (_, format, argument) => {
    const { device } = world.disk(`odd-${format.split(" ")[0]}`, "512M");
    // Its node is made by the first boot that sees it.
    await boots(device, "existing");
    await machine.sh(`${format} ${device}`);
    const before = (await machine.sh(`sha256sum <${device}`)).out;
    expect(await boots(device, argument)).toEqual(["1", "home-disk-foreign", "tmpfs"]);
    expect((await machine.sh(`sha256sum <${device}`)).out).toBe(before);
  });

  test.each([
    ["at a later boot", true],
    ["at the first one", false],
  ])("is not formatted where its file system cannot be read, %s", async (_, later) => {
    const { device } = world.disk(`damaged-${later}`, "512M");
    await boots(device, "create");
    const spoil = `umount /home; dd if=/dev/zero of=${device} bs=1024 seek=1 count=1 conv=notrunc status=none`;
    await machine.sh(`echo mine >/home/openclaw/mine; sync; ${spoil}`);
    expect(await boots(device, "create", { later })).toEqual(["1", "home-disk-foreign", "tmpfs"]);
    // A spare copy of what was spoilt still leads to the files.
    await machine.sh(`umount /home; e2fsck -fy ${device}`);
    expect(await boots(device, "create", { later })).toContain("ext4");
    expect((await machine.sh("cat /home/openclaw/mine")).out).toBe("mine");
  });

  test("is not formatted at a later boot, even where it is empty", async () => {
    const [{ device: first }, { device: empty }] = [world.disk("one", "512M"), world.disk("two", "512M")];
    await boots(first, "create");
    expect(await boots(empty, "create", { later: true })).toEqual(["1", "home-disk-foreign", "tmpfs"]);
  });

  test("is waited for while it is being checked", async () => {
    const { device } = world.disk("busy", "512M");
    await boots(device, "create");
    await machine.sh("umount /home");
    const checking = machine.sh(
      `python3 -c 'import os, time; os.open("${device}", os.O_RDONLY | os.O_EXCL); time.sleep(4)'`,
    );
    await machine.sh("sleep 1");
    expect(await boots(device, "create", { later: true, tries: 20 })).toContain("ext4");
    await checking;
  });

  test("is missed, and nothing is written to the OS disk in its place", async () => {
    expect(await boots(undefined, "create")).toEqual(["1", "home-disk", "tmpfs"]);
    await machine.sh("echo lost >/home/file; umount /home");
    expect((await machine.sh("ls -A /home")).out).toBe("");
  });

  test("is missed, and the break-glass account still has its key", async () => {
    const { device } = world.disk("with-key", "512M");
    await boots(device, "create");
    const key = "/home/rescue/.ssh/authorized_keys";
    await machine.sh(`
      useradd -m rescue; install -d -o rescue -g rescue -m 700 /home/rescue/.ssh
      echo break-glass >${key}; chown rescue: ${key}; chmod 600 ${key}
      mkdir -p /etc/openclaw; echo '{"adminUsername": "rescue"}' >/etc/openclaw/settings.json
      boot.sh gateway`);
    const without = () => boots(undefined, "existing", { later: true });
    expect(await without()).toEqual(["1", "home-disk", "tmpfs", "rescue"]);
    expect((await machine.sh(`cat ${key}; stat -c '%U %a' /home/rescue /home/rescue/.ssh ${key}`)).out).toBe(
      "break-glass\nrescue 755\nrescue 700\nrescue 600",
    );
    // Taken away while the disk is there, it does not come back without.
    await boots(device, "existing", { later: true });
    await machine.sh(`rm ${key}; boot.sh gateway`);
    await without();
    expect((await machine.sh(`cat ${key}`)).code).not.toBe(0);
  });

  test("gives homes back to users whom this VM counts otherwise", async () => {
    const { device } = world.disk("foreign", "512M");
    await boots(device, "create");
    // On the VM before, max was 3001 and mia 3000; here it is the other way round.
    await machine.sh(`
      mkdir /home/mia /home/max; echo a >/home/mia/a; echo b >/home/max/b; ln -s /etc/passwd /home/mia/link
      chown -R 3000 /home/mia; chown -R 3001 /home/max; chown -h 3000 /home/mia/link
      useradd -M -u 3001 mia; useradd -M -u 3000 max`);
    await machine.sh("own-home.sh mia; PAM_USER=max own-home.sh; own-home.sh root; own-home.sh nobody");
    expect(
      (await machine.sh("stat -c '%U %n' /home/mia /home/mia/a /home/mia/link /home/max/b /etc/passwd")).out,
    ).toBe("mia /home/mia\nmia /home/mia/a\nmia /home/mia/link\nmax /home/max/b\nroot /etc/passwd");
  });
});
