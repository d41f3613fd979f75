#!/bin/sh
# Changes the gateway's configuration by a patch, or not at all: tried without effect, applied, validated, and the old
# one put back where that fails. PATCH is JSON in base64, HASH what to call it; with DRY_RUN it is only tried. The bot
# puts them in front of this text. Prints {"applied":true,"hash":…}, after a trial {"applied":false,"tried":true}, or
# {"applied":false,"stage":…,"reason":…} and exit code 21.
set -u
# One at a time: two could each put back what the other has applied.
exec 9>/run/openclaw-config.lock && flock -w 60 9
config=/home/openclaw/.openclaw/openclaw.json
openclaw=/usr/local/lib/openclaw/openclaw.sh
# As the agent's account: root must not follow the links that the agent may lay.
before=$(runuser -u openclaw -- cat "$config")

fail() { # STAGE OUTPUT
  python3 -I -c 'import json, sys; print(json.dumps({"applied": False, "stage": sys.argv[1], "reason": sys.argv[2][-1500:]}))' "$1" "$2"
  exit 21
}

patch=$(printf '%s' "${PATCH:?}" | base64 -d) || fail decode "not base64"
output=$(printf '%s' "$patch" | $openclaw config patch --stdin --dry-run 2>&1) || fail dry-run "$output"
[ -z "${DRY_RUN:-}" ] || { echo '{"applied":false,"tried":true}' && exit 0; }
if ! output=$(printf '%s' "$patch" | $openclaw config patch --stdin 2>&1) || ! output=$($openclaw config validate --json 2>&1); then
  # shellcheck disable=SC2016 # the inner shell expands it
  printf '%s\n' "$before" | runuser -u openclaw -- sh -c 'umask 077; cat >"$0.new" && mv "$0.new" "$0"' "$config"
  fail apply "$output"
fi
printf '{"applied":true,"hash":"%s"}\n' "${HASH:-}"
