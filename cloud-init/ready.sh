#!/bin/sh
# Is this instance ready? Runs as root by a run command: in the deployment, and again after each start.
# Prints one `step=…` line per step, `status={…}` with the keys and the model, and `error=…` before it fails, for the
# bot to turn into a sentence. Exit codes: 0 ready, 10 first boot failed, 11 home disk missing or foreign,
# 12 gateway not answering, 13 OpenClaw could not be installed, 14 key vault refuses, 15 first boot takes too long.
# The port comes from OPENCLAW_PORT, else from the instance's settings.
set -u
run=${OPENCLAW_RUN:-/run}

fail() {
  echo "error=$2"
  exit "$1"
}

# What the first-boot scripts left as their reason.
explain() {
  fault=$(cat "$run/openclaw-fault" 2>/dev/null) || return 0
  case $fault in
    home-disk*) fail 11 "$fault" ;;
    archive | checksum | packages) fail 13 "$fault" ;;
    key-vault) fail 14 "$fault" ;;
  esac
}

echo "step=booting"
timeout 900 cloud-init status --wait >/dev/null 2>&1
code=$?
# 2 means that cloud-init finished with an error it could recover from; what counts is tested below.
if [ "$code" -eq 2 ]; then
  echo "warning=first-boot-recovered"
elif [ "$code" -ne 0 ]; then
  cloud-init status --long 2>&1 | tail -n 20
  explain
  [ "$code" -ne 124 ] || fail 15 first-boot-slow
  fail 10 first-boot
fi

mountpoint -q /home || fail 11 home-disk

echo "step=checking"
port=${OPENCLAW_PORT:-$(python3 -c 'import json; print(json.load(open("/etc/openclaw/settings.json"))["openclawPort"])' 2>/dev/null)}
tries=100
until curl --silent --fail --max-time 5 --output /dev/null "http://127.0.0.1:${port:-18789}/readyz"; do
  tries=$((tries - 1))
  if [ "$tries" -le 0 ]; then
    systemctl status --no-pager --lines 20 openclaw.service 2>&1 | tail -n 25
    explain
    fail 12 gateway
  fi
  sleep 3
done

# What sshd asks about people of Entra. Whether the extension is well, Azure itself says; this is for whoever reads along.
command -v aad_certhandler >/dev/null || [ -x /usr/sbin/aad_certhandler ] || echo "warning=no-entra-login"

# The Entra login extension is through by now: apt may do its own work again.
if [ ! -e /var/lib/openclaw/ready ]; then
  mkdir -p /var/lib/openclaw
  systemctl unmask apt-daily.timer apt-daily-upgrade.timer apt-daily.service apt-daily-upgrade.service \
    unattended-upgrades.service >/dev/null 2>&1
  systemctl start --no-block apt-daily.timer apt-daily-upgrade.timer >/dev/null 2>&1
  touch /var/lib/openclaw/ready
fi
[ ! -e "$run/openclaw-status.json" ] || printf 'status=%s\n' "$(head -c 3072 "$run/openclaw-status.json")"
echo "step=ready"
