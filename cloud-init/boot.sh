#!/bin/sh
# Runs as root at every boot, before cloud-init creates users: locks the metadata service, holds back apt's own work, mounts
# the home disk, creates the agent's account. The argument says whether the home disk may be new: `create` or `existing`;
# `gateway` runs only what each start of the gateway repeats.
# A fault is left as one word in /run/openclaw-fault, for ready.sh.
set -u
kept=/var/lib/openclaw/break-glass

fail() {
  echo "openclaw: $2" >&2
  echo "$1" >/run/openclaw-fault
  # Memory, not the OS disk: the break-glass account can sign in, and nothing is kept that belongs on the home disk.
  mountpoint -q /home || mount -t tmpfs -o mode=0755,size=16m openclaw-no-home /home
  [ ! -d "$kept/home" ] || cp -a "$kept/home/." /home/
  exit 1
}

# Anyone who reaches the metadata service can act as this VM's identities, so only root may.
iptables -w -C OUTPUT -d 169.254.169.254 -m owner ! --uid-owner 0 -j REJECT 2>/dev/null ||
  iptables -w -I OUTPUT -d 169.254.169.254 -m owner ! --uid-owner 0 -j REJECT ||
  fail firewall "the metadata service cannot be locked"
if [ "${1:-}" = gateway ]; then
  # cloud-init writes the break-glass key only once: a boot without the home disk takes it from here.
  admin=$(python3 -c 'import json; print(json.load(open("/etc/openclaw/settings.json"))["adminUsername"])')
  rm -rf "$kept" && mkdir -p "$kept"
  cp -a --parents "/home/$admin/.ssh/authorized_keys" "$kept" 2>/dev/null
  exit 0
fi

# Until the instance is ready, apt's lock belongs to the Entra sign-in extension, which stops and starts apt's timers
# itself and couldn't start masked ones. So the timers may fire, but have no effect. ready.sh lifts this; if it never
# gets that far, a timer does after six hours, because people may use the VM all the same.
if [ ! -e /var/lib/openclaw/ready ]; then
  hold=/etc/apt/apt.conf.d/99openclaw-hold
  echo 'APT::Periodic::Enable "0";' >"$hold"
  # Stop what may have started already. Don't wait: systemd starts these only once cloud-init lets it continue.
  systemctl stop --no-block apt-daily.service apt-daily-upgrade.service >/dev/null 2>&1
  systemd-run --quiet --collect --unit openclaw-apt-hold --on-active=6h --timer-property=DefaultDependencies=no \
    rm -f "$hold" >/dev/null 2>&1
fi

# The home disk is LUN 0; SCSI and NVMe VMs name it differently.
home_disk() {
  for path in /dev/disk/azure/scsi1/lun0 /dev/disk/azure/data/by-lun/0; do
    [ -b "$path" ] && readlink -f "$path" && return 0
  done
  return 1
}

tries=${HOME_DISK_TRIES:-60}
until disk=$(home_disk); do
  tries=$((tries - 1))
  [ "$tries" -gt 0 ] || fail home-disk "no home disk at LUN 0"
  sleep 1
done

# Never format a disk that was mounted once. blkid returns 2 for "nothing found", but also for a failed read; a new disk
# from Azure is all zeros.
mounted=/var/lib/openclaw/home-disk
type=$(blkid -p -s TYPE -o value "$disk" 2>/dev/null)
[ -n "$type" ] || blkid -p "$disk" >/dev/null 2>&1
found=$?
if [ -z "$type" ] && [ "$found" -eq 2 ] && [ "${1:-}" = create ] && [ ! -e "$mounted" ] &&
  cmp --silent --bytes 1048576 "$disk" /dev/zero; then
  mkfs.ext4 -q -L openclaw-home "$disk" || fail home-disk "the home disk cannot be formatted"
elif [ "$type" != ext4 ]; then
  fail home-disk-foreign "the disk at LUN 0 is not a home disk (${type:-blkid: $found})"
fi

uuid=$(blkid -p -s UUID -o value "$disk")
[ -n "$uuid" ] || fail home-disk-foreign "the home disk has no UUID"
if ! grep -q "^UUID=$uuid /home " /etc/fstab; then
  sed -i '\# /home #d' /etc/fstab
  echo "UUID=$uuid /home ext4 defaults,nofail,discard,x-systemd.device-timeout=30s 0 2" >>/etc/fstab
  systemctl daemon-reload
fi
# At a later boot, systemd may be checking or mounting it at this moment.
until mountpoint -q /home || mount -o discard "$disk" /home; do
  tries=$((tries - 1))
  [ "$tries" -gt 0 ] || fail home-disk "the home disk cannot be mounted"
  sleep 1
done
[ "$(findmnt -no SOURCE /home)" = "$disk" ] || fail home-disk-foreign "/home is another disk"

# Fixed numbers, because the agent's files outlive the VM; no sudo, no password, no keys.
getent group openclaw >/dev/null || groupadd --gid 2000 openclaw
getent passwd openclaw >/dev/null ||
  useradd --uid 2000 --gid 2000 --no-create-home --home-dir /home/openclaw --shell /bin/bash openclaw
[ -d /home/openclaw ] || install -d -o openclaw -g openclaw -m 0700 /home/openclaw
mkdir -p "${mounted%/*}"
touch /run/openclaw-home "$mounted"
