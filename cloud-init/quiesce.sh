#!/bin/sh
# The last check before a stop: is the agent idle? If so, the gateway takes no new work and stops at once, so that its
# files no longer change. Prints {"quiesced":true}, or {"quiesced":false,"blockers":[kinds]} with exit code 20.
# If the VM still runs after ten minutes, it was not stopped, and the gateway starts again.
# REQUEST tells one attempt from another; the bot puts it in front of this text. Attempts may run twice, and side by side.
set -u
unit=openclaw-resume-${REQUEST:?}

# Only this attempt's timer may restart the gateway. Another's would do so earlier, while the VM stops for this one.
resume_later() {
  systemctl is-active --quiet "$unit.timer" ||
    systemd-run --quiet --collect --unit "$unit" --on-active=600 systemctl start openclaw.service || return 1
  systemctl list-units --plain --no-legend 'openclaw-resume-*.timer' | while read -r timer _; do
    [ "$timer" = "$unit.timer" ] || systemctl stop "$timer"
  done
  true
}

# One at a time: a gateway that another attempt is stopping would look silent, or as if it could not be stopped.
umask 077
exec 9>/run/openclaw-quiesce.lock || exit 1
flock -w 390 9 || { echo '{"quiesced":false,"blockers":["another-attempt"]}' && exit 20; }
# This attempt or another has stopped it already.
if systemctl is-active --quiet 'openclaw-resume-*.timer' && ! systemctl is-active --quiet openclaw.service && resume_later; then
  echo '{"quiesced":true}'
  exit 0
fi
answer=$(/usr/local/lib/openclaw/openclaw.sh gateway suspend --json --request-id "$REQUEST" 2>/dev/null)
code=$?
if [ "$code" -eq 0 ]; then
  resume_later && systemctl stop openclaw.service && echo '{"quiesced":true}' && exit 0
  systemctl start --no-block openclaw.service
  echo '{"quiesced":false,"blockers":["stop-failed"]}'
  exit 20
fi
# Print only the kinds: a blocker's title is what the member wrote.
printf '%s' "$answer" | python3 -I -c '
import json, re, sys
text = sys.stdin.buffer.read().decode("utf-8", "replace")


def kind(entry):
    found = entry.get("kind") or entry.get("type") if isinstance(entry, dict) else None
    return re.sub(r"[^\w.-]", "", str(found or ""), flags=re.ASCII)[:40] or "unknown"


try:
    found = json.loads(text[text.index("{"):]).get("blockers", [])
    kinds = sorted({kind(entry) for entry in found}) if isinstance(found, list) else ["gateway-silent"]
except (ValueError, RecursionError):
    kinds = ["gateway-silent"]
print(json.dumps({"quiesced": False, "blockers": kinds[:20]}))'
exit 20
