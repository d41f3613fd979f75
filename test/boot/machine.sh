#!/bin/sh
# Becomes process 1 of a machine in namespaces of its own: its root is an overlay over the system's files, its only
# network is loopback, which carries the address of the metadata service. Expects the folders MACHINE/{upper,work,root}
# and LOOP: the block device that stands for the home disk, or nothing.
set -eu
mount --make-rprivate /
root=$MACHINE/root
mount -t overlay overlay -o "lowerdir=$LOWER,upperdir=$MACHINE/upper,workdir=$MACHINE/work" "$root"
mount -t proc proc "$root/proc"
mount -t sysfs -o ro sysfs "$root/sys"
mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
mount -t tmpfs -o mode=755 tmpfs "$root/run"
mount -t tmpfs tmpfs "$root/tmp"
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
mkdir -p "$root/dev/pts" "$root/dev/shm" "$root/dev/disk/azure/scsi1"
mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts "$root/dev/pts"
mount -t tmpfs tmpfs "$root/dev/shm"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
node() {
  mknod -m 666 "$root/dev/$1" c "$2" "$3"
}
node null 1 3
node zero 1 5
node full 1 7
node random 1 8
node urandom 1 9
node tty 5 0
node console 1 3
if [ -n "$LOOP" ]; then
  mknod -m 660 "$root$LOOP" b 7 "${LOOP#/dev/loop}"
  ln -s "$LOOP" "$root/dev/disk/azure/scsi1/lun0"
fi
chroot "$root" ip link set lo up
chroot "$root" ip address add 169.254.169.254/32 dev lo
# OpenClaw asks no model at a private address, so what stands for the internet has a public one.
chroot "$root" ip address add 20.0.0.1/32 dev lo
hostname openclaw-abcdefgh12
cd "$root"
mkdir -p .old
pivot_root . .old
umount -l /.old
exec /usr/bin/env -i container=test PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd
