#!/bin/sh
# Changes the gateway's configuration by a patch, or not at all: tried without effect, applied, validated, and the old
# one put back where that fails. PATCH is JSON in base64; the bot puts it in front of this text.
# Prints {"applied":true} or {"applied":false,"stage":…,"reason":…} and exit code 21.
set -u
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
if ! output=$(printf '%s' "$patch" | $openclaw config patch --stdin 2>&1) || ! output=$($openclaw config validate --json 2>&1); then
  # shellcheck disable=SC2016 # the inner shell expands it
  printf '%s\n' "$before" | runuser -u openclaw -- sh -c 'umask 077; cat >"$0.new" && mv "$0.new" "$0"' "$config"
  fail apply "$output"
fi
echo '{"applied":true}'
