#!/bin/sh
# Is this instance ready? Runs as root by a run command: in the deployment, and again after each start.
# Prints one `step=…` line per step, and `error=…` before it fails, for the bot to turn into a sentence.
# Exit codes: 0 ready, 10 first boot failed, 11 home disk missing, 12 gateway not answering.
# The port comes from OPENCLAW_PORT, else from the instance's settings.
set -u

fail() {
  echo "error=$2"
  exit "$1"
}

echo "step=booting"
timeout 900 cloud-init status --wait >/dev/null 2>&1
code=$?
# 2 means that cloud-init finished with an error it could recover from; what counts is tested below.
if [ "$code" -eq 2 ]; then
  echo "warning=first-boot-recovered"
elif [ "$code" -ne 0 ]; then
  cloud-init status --long 2>&1 | tail -n 20
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
    fail 12 gateway
  fi
  sleep 3
done

# The Entra login extension is through by now: apt may do its own work again.
mkdir -p /var/lib/openclaw
if [ ! -e /var/lib/openclaw/ready ]; then
  systemctl unmask apt-daily.timer apt-daily-upgrade.timer unattended-upgrades.service >/dev/null 2>&1
  systemctl start --no-block apt-daily.timer apt-daily-upgrade.timer >/dev/null 2>&1
  touch /var/lib/openclaw/ready
fi
echo "step=ready"
