#!/bin/sh
# Ends SSH sessions from addresses that are no longer allowed. Azure's network rules don't cut existing connections.
# A run command runs this as root. ALLOWED (or the arguments): IPv4 addresses and ranges, separated by spaces; none
# ends every session. The bot puts a line ALLOWED='…' in front of this text.
# Prints `ended=ADDRESS` for each, then `count=N`.
set -eu
[ "$#" -gt 0 ] && ALLOWED="$*"
export ALLOWED="${ALLOWED:-}"
exec python3 - <<'PYTHON'
import ipaddress, os, re, signal, subprocess

allowed = [ipaddress.ip_network(entry, strict=False) for entry in os.environ["ALLOWED"].split()]
sockets = subprocess.run(
    ["ss", "-H", "-t", "-n", "-p", "state", "established", "sport = :22"], check=True, capture_output=True, text=True
).stdout
ended = 0
for line in sockets.splitlines():
    # Recv-Q Send-Q local:port peer:port users:(("sshd",pid=1,fd=4),…)
    peer = ipaddress.ip_address(line.split()[3].rpartition(":")[0].strip("[]"))
    peer = getattr(peer, "ipv4_mapped", None) or peer
    if any(peer in network for network in allowed if network.version == peer.version):
        continue
    for name, pid in re.findall(r'\("(sshd[^"]*)",pid=(\d+)', line):
        try:
            os.kill(int(pid), signal.SIGTERM)
        except ProcessLookupError:
            pass
    ended += 1
    print(f"ended={peer}")
print(f"count={ended}")
PYTHON
