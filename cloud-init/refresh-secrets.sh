#!/bin/sh
# Fetches the secrets anew, and the gateway takes them without a restart. Prints one JSON line without values.
# Runs as root by a run command.
exec /usr/local/lib/openclaw/keys.py refresh
