#!/bin/sh
# openclaw-doctor: what works on this VM and what doesn't, for the person signed in. Exit code 1: something doesn't.
set -u
bad=0
say() { # RESULT WHAT ADVICE
  if [ "$1" -eq 0 ]; then
    echo "ok    $2"
  else
    echo "FAIL  $2${3:+: $3}"
    bad=1
  fi
}
setting() {
  python3 -c 'import json, sys; print(json.load(open(sys.argv[1])).get(sys.argv[2], ""))' "$@" 2>/dev/null
}

test -e /run/openclaw-home && mountpoint -q /home
say $? "home disk at /home" "restart the VM with the bot; if that doesn't help, tell an admin"
test ! -e /run/openclaw-fault
say $? "first boot" "$(cat /run/openclaw-fault 2>/dev/null)"
note=$(setting /run/openclaw-status.json note)
test -e /run/openclaw-status.json && test -z "$note"
say $? "keys" "${note:-not fetched yet}; openclaw-key set NAME"
systemctl is-active --quiet openclaw.service
say $? "service openclaw" "$(systemctl show -p Result --value openclaw.service); sudo journalctl -u openclaw shows why, if you have sudo"
curl --silent --fail --max-time 5 --output /dev/null "http://127.0.0.1:$(setting /etc/openclaw/settings.json openclawPort)/readyz"
say $? "gateway answers" "it needs up to a minute after a start"
space=$(df --output=pcent /home | tail -n 1 | tr -dc 0-9)
test "${space:-100}" -lt 95
say $? "space on the home disk (${space}% used)" "delete files under /home"
echo "model $(setting /run/openclaw-status.json model); keys: $(setting /run/openclaw-status.json keys | tr -d "[]'")"
exit "$bad"
