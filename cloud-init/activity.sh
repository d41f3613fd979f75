#!/bin/sh
# Activity on this VM, as one JSON line. Only its tests run it so far: the bot doesn't, and no VM has it. It needs root.
# It prints none of the member's texts. Times are in milliseconds since 1970, null when there is none; `asked` is
# false when the gateway did not answer.
set -u
exec python3 -I - <<'PYTHON'
import json, subprocess


def said(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout


def entries(key, *command):
    """The list in a command's answer, which may have notices before it."""
    text = said("/usr/local/lib/openclaw/openclaw.sh", *command, "--json").decode("utf-8", "replace")
    try:
        return [entry for entry in json.loads(text[text.index("{") :])[key] if isinstance(entry, dict)]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def times(key, entries):
    """The valid times; the agent can influence these values."""
    found = [entry.get(key) for entry in entries]
    return [int(time) for time in found if isinstance(time, (int, float)) and 1 < time < 10**14]


# OpenClaw's own housekeeping (memory, skills, heartbeat) has a declaration key; the member's jobs have none.
mine = lambda job: job.get("enabled") and not job.get("declarationKey")
sessions, jobs = entries("sessions", "gateway", "call", "sessions.list"), entries("jobs", "cron", "list")
print(
    json.dumps(
        {
            "asked": sessions is not None and jobs is not None,
            "sshSessions": len(said("ss", "-H", "-t", "-n", "state", "established", "sport = :22").splitlines()),
            "activeRuns": sum(1 for entry in sessions or [] if entry.get("hasActiveRun")),
            "lastInteractionAt": max(times("lastInteractionAt", sessions or []), default=None),
            "nextCronAt": min(times("nextRunAtMs", filter(mine, jobs or [])), default=None),
        }
    )
)
PYTHON
