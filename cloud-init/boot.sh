#!/bin/sh
# Runs as root at every boot, before users exist: locks the metadata service, holds apt still, mounts the home disk.
set -u

# Whoever reaches the metadata service can act as this VM's identities, so only root may.
iptables -C OUTPUT -d 169.254.169.254 -m owner ! --uid-owner 0 -j REJECT 2>/dev/null ||
  iptables -I OUTPUT -d 169.254.169.254 -m owner ! --uid-owner 0 -j REJECT

# apt's lock belongs to the Entra login extension until the instance is ready; ready.sh lifts this.
[ -e /var/lib/openclaw/ready ] ||
  systemctl mask --now apt-daily.timer apt-daily-upgrade.timer unattended-upgrades.service >/dev/null 2>&1

# The home disk is LUN 0; SCSI and NVMe machines name it differently.
home_disk() {
  for path in /dev/disk/azure/scsi1/lun0 /dev/disk/azure/data/by-lun/0; do
    [ -b "$path" ] && readlink -f "$path" && return 0
  done
  return 1
}

tries=60
until disk=$(home_disk); do
  tries=$((tries - 1))
  if [ "$tries" -le 0 ]; then
    echo "openclaw: no home disk at LUN 0" >&2
    exit 1
  fi
  sleep 1
done

# blkid says 2 for "nothing found"; any other failure must not lead to a format.
blkid -p "$disk" >/dev/null 2>&1
found=$?
if [ "$found" -eq 2 ]; then
  mkfs.ext4 -q -L openclaw-home "$disk" || exit 1
elif [ "$found" -ne 0 ]; then
  echo "openclaw: cannot tell what is on the home disk (blkid: $found)" >&2
  exit 1
fi

uuid=$(blkid -p -s UUID -o value "$disk")
[ -n "$uuid" ] || exit 1
grep -q "^UUID=$uuid " /etc/fstab || {
  sed -i '\# /home #d' /etc/fstab
  echo "UUID=$uuid /home ext4 defaults,nofail,discard 0 2" >>/etc/fstab
  systemctl daemon-reload
}
mountpoint -q /home || mount /home
