#!/bin/sh
# Patches the gateway's configuration, or leaves it as it was: a dry run, then apply, then validate; restores the old
# one if that fails. PATCH is JSON in base64, HASH names it; DRY_RUN only tries it. The bot puts them in front of this
# text. Prints {"applied":true,"hash":…}, after a dry run {"applied":false,"tried":true}, or
# {"applied":false,"stage":…,"reason":…} with exit code 21.
set -u
config=/home/openclaw/.openclaw/openclaw.json
openclaw=/usr/local/lib/openclaw/openclaw.sh
before=$(mktemp /run/openclaw-config.XXXXXX) || exit 1
trap 'rm -f "$before"' EXIT

fail() { # STAGE OUTPUT
  printf '%s' "$2" | python3 -I -c '
import json, re, sys
# Keep only what JSON at most doubles in length; the end of the text has the reason.
text = re.sub(rb"[^\n\t\x20-\x7e\x80-\xff]", b"?", sys.stdin.buffer.read())[-1400:].decode("utf-8", "ignore")
answer = json.dumps({"applied": False, "stage": sys.argv[1], "reason": text}, ensure_ascii=False)
sys.stdout.buffer.write(answer.encode() + b"\n")' "$1"
  exit 21
}

# One at a time, including keys.py: otherwise each could undo what the other applied.
umask 077
exec 9>/run/openclaw-config.lock || exit 1
flock -w 180 9 || fail lock "another change is in progress"

# Run as the agent's account: root must not follow links that the agent may have created.
runuser -u openclaw -- cat "$config" >"$before" || fail read "the current configuration cannot be read"
patch=$(printf '%s' "${PATCH:?}" | base64 -d) || fail decode "not base64"
output=$(printf '%s' "$patch" | $openclaw config patch --stdin --dry-run 2>&1) || fail dry-run "$output"
[ -z "${DRY_RUN:-}" ] || { echo '{"applied":false,"tried":true}' && exit 0; }
if ! output=$(printf '%s' "$patch" | $openclaw config patch --stdin 2>&1) || ! output=$($openclaw config validate --json 2>&1); then
  # shellcheck disable=SC2016 # the inner shell expands it
  runuser -u openclaw -- sh -c 'umask 077; cat >"$0.new" && mv "$0.new" "$0"' "$config" <"$before"
  fail apply "$output"
fi
printf '{"applied":true,"hash":"%s"}\n' "${HASH:-}"
