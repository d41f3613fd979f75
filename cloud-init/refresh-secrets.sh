#!/bin/sh
# Fetches the secrets again and has the gateway load them without a restart. Prints one JSON line without values.
# A run command runs this as root.
exec /usr/local/lib/openclaw/keys.py refresh
