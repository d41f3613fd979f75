#!/bin/sh
# Is this instance ready? A run command runs this as root: in the deployment, and again after each start.
# Prints one JSON line as each step starts, {"step":…}, and the result last: {"ready":true,…} with the keys and the
# model, or {"ready":false,"error":…,"detail":…}; "warnings" in both. At most 3 KB in all.
# Exit codes: 0 ready, 10 first boot failed, 11 home disk missing or foreign,
# 12 gateway not answering, 13 OpenClaw could not be installed, 14 key vault refuses, 15 first boot takes too long,
# 16 a secret is not a JSON object.
# The port comes from OPENCLAW_PORT, or else from the instance's settings.
set -u
run=${OPENCLAW_RUN:-/run}
warnings=

# The last line, with what first boot left about keys and model. DETAIL is anything else worth seeing.
end() { # CODE ERROR DETAIL
  python3 -I -c '
import json, re, sys
path, error, warnings, detail = sys.argv[1:]
answer = {"ready": error == "", "warnings": warnings.split()}
if error:
    answer |= {"error": error, "detail": re.sub(r"[^\n -~]", "?", detail)[-1000:]}
try:
    with open(path) as file:
        answer |= json.load(file) if error == "" else {}
except (OSError, ValueError):
    pass
print(json.dumps(answer))' "$run/openclaw-status.json" "$2" "$warnings" "${3:-}"
  exit "$1"
}

# Ends with the fault that the first-boot scripts left, if any.
explain() { # DETAIL
  fault=$(cat "$run/openclaw-fault" 2>/dev/null) || return 0
  case $fault in
    home-disk*) end 11 "$fault" "$1" ;;
    archive | checksum | packages) end 13 "$fault" "$1" ;;
    key-vault) end 14 "$fault" "$1" ;;
    secret-not-json) end 16 "$fault" "$1" ;;
    firewall) end 10 "$fault" "$1" ;;
  esac
}

echo '{"step":"booting"}'
timeout 900 cloud-init status --wait >/dev/null 2>&1
code=$?
# 2 means that cloud-init finished with an error it could recover from; the tests below decide.
if [ "$code" -eq 2 ]; then
  warnings=first-boot-recovered
elif [ "$code" -ne 0 ]; then
  detail=$(cloud-init status --long 2>&1 | tail -n 20 | tail -c 2000)
  explain "$detail"
  [ "$code" -ne 124 ] || end 15 first-boot-slow "$detail"
  end 10 first-boot "$detail"
fi

mountpoint -q /home || end 11 home-disk

echo '{"step":"checking"}'
port=${OPENCLAW_PORT:-$(python3 -c 'import json; print(json.load(open("/etc/openclaw/settings.json"))["openclawPort"])' 2>/dev/null)}
# With the 900 seconds above, this stays below the run command's timeout, so that the reason gets out.
tries=100
until curl --silent --fail --max-time 2 --output /dev/null "http://127.0.0.1:${port:-18789}/readyz"; do
  tries=$((tries - 1))
  if [ "$tries" -le 0 ]; then
    detail=$(systemctl status --no-pager --lines 20 openclaw.service 2>&1 | tail -n 25 | tail -c 2000)
    explain "$detail"
    end 12 gateway "$detail"
  fi
  sleep 3
done

# sshd uses this for sign-in with Entra. Azure itself says whether the extension works; this warning is only for readers.
command -v aad_certhandler >/dev/null || [ -x /usr/sbin/aad_certhandler ] || warnings="$warnings no-entra-login"

# The Entra sign-in extension has finished by now: let apt do its own work again. Earlier versions of boot.sh masked and
# stopped its units.
if [ ! -e /var/lib/openclaw/ready ]; then
  rm -f /etc/apt/apt.conf.d/99openclaw-hold
  if [ "$(systemctl is-enabled apt-daily.timer 2>/dev/null)" = masked ]; then
    systemctl unmask apt-daily.timer apt-daily-upgrade.timer apt-daily.service apt-daily-upgrade.service \
      unattended-upgrades.service >/dev/null 2>&1
    systemctl start --no-block apt-daily.timer apt-daily-upgrade.timer unattended-upgrades.service >/dev/null 2>&1
  fi
  mkdir -p /var/lib/openclaw
  touch /var/lib/openclaw/ready
fi
end 0 ""
