#!/bin/sh
# What goes on here: one JSON line. Runs as root by a run command. No text of the member's is in it. Times are in
# milliseconds since 1970, null when there is none; `asked` is false when the gateway did not answer.
set -u
export SESSIONS CRON SSH
SESSIONS=$(/usr/local/lib/openclaw/openclaw.sh gateway call sessions.list --json 2>/dev/null)
CRON=$(/usr/local/lib/openclaw/openclaw.sh cron list --json 2>/dev/null)
SSH=$(ss -H -t -n state established 'sport = :22' 2>/dev/null | wc -l)
exec python3 -I - <<'PYTHON'
import json, os


def entries(name, key):
    """The list in a command's answer; the answer may have notices before it."""
    text = os.environ[name]
    try:
        found = json.loads(text[text.index("{") :])
        return [entry for entry in found.get(key, []) if isinstance(entry, dict)]
    except ValueError:
        return None


sessions, jobs = entries("SESSIONS", "sessions"), entries("CRON", "jobs")
last = [entry["lastInteractionAt"] for entry in sessions or [] if entry.get("lastInteractionAt")]
following = [entry["nextRunAtMs"] for entry in jobs or [] if entry.get("enabled") and entry.get("nextRunAtMs")]
print(
    json.dumps(
        {
            "asked": sessions is not None and jobs is not None,
            "sshSessions": int(os.environ["SSH"] or 0),
            "activeRuns": sum(1 for entry in sessions or [] if entry.get("hasActiveRun")),
            "lastInteractionAt": max(last, default=None),
            "nextCronAt": min(following, default=None),
        }
    )
)
PYTHON
