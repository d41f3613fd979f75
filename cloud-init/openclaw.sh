#!/bin/sh
# Runs the OpenClaw command line as the agent's account, for everyone who can sign in to this VM.
if [ "$(id -un)" != openclaw ]; then
  exec sudo -n -H -u openclaw /usr/local/lib/openclaw/openclaw.sh "$@"
fi
export HOME=/home/openclaw PATH=/opt/openclaw/bin:/usr/local/bin:/usr/bin:/bin
export NODE_COMPILE_CACHE=/home/openclaw/.cache/node-compile OPENCLAW_NO_RESPAWN=1
export OPENCLAW_SERVICE_REPAIR_POLICY=external OPENCLAW_NO_AUTO_UPDATE=1
umask 077
cd /home/openclaw || exit 1
exec /opt/openclaw/bin/node /opt/openclaw/node_modules/openclaw/dist/index.js "$@"
