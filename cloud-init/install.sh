#!/bin/sh
# Runs as root on first boot, and once more if that fails: puts Node and OpenClaw under /opt/openclaw and starts the
# gateway, without a package manager. A fault is left as one word in /run/openclaw-fault, for ready.sh.
set -eu

root=/opt/openclaw
lib=/usr/local/lib/openclaw

fail() {
  echo "openclaw: $2" >&2
  [ -e /run/openclaw-fault ] || echo "$1" >/run/openclaw-fault
  exit 1
}

setting() {
  python3 -c 'import json, sys; print(json.load(open("/etc/openclaw/settings.json"))[sys.argv[1]])' "$1"
}

fetch() {
  curl --fail --silent --show-error --location --retry 5 --retry-all-errors --max-time 300 "$@"
}

# Unpacks a blob of the deployment's own container into a folder. The token goes in by standard input, because anyone
# can read a command line; a wrong checksum leaves nothing behind.
unpack() { # URL SHA256 FOLDER
  token=$(fetch --header 'Metadata: true' --get http://169.254.169.254/metadata/identity/oauth2/token \
    --data-urlencode 'api-version=2018-02-01' --data-urlencode 'resource=https://storage.azure.com/' \
    --data-urlencode "client_id=$(setting bootIdentityClientId)" |
    python3 -c 'import json, sys; print(json.load(sys.stdin)["access_token"])') || return 1
  printf 'header = "Authorization: Bearer %s"\n' "$token" |
    fetch --config - --header 'x-ms-version: 2023-11-03' --output "$work/archive" "$1" || return 1
  if [ -n "$2" ]; then
    echo "$2  $work/archive" | sha256sum --check --quiet || fail checksum "the archive is not the one that was deployed"
  fi
  # When the caller tests the result, `set -e` has no effect in here.
  mkdir -p "$3" && tar --zstd --extract --file "$work/archive" --directory "$3" || return 1
  rm "$work/archive"
}

# Claude Code and pnpm, once the gateway answers and no longer needs the processors.
if [ "${1:-}" = extras ]; then
  tries=100
  until curl --silent --fail --output /dev/null "http://127.0.0.1:$(setting openclawPort)/readyz" || [ "$tries" -le 0 ]; do
    tries=$((tries - 1))
    sleep 3
  done
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  ln -sf "$root/node_modules/pnpm/bin/pnpm.cjs" /usr/local/bin/pnpm
  [ -e "$root/extras.sha256" ] || exit 0
  url=$(setting archiveUrl)
  unpack "${url%/*}/extras.tar.zst" "$(cat "$root/extras.sha256")" "$root/extras"
  ln -sf "$root/extras/bin/claude" /usr/local/bin/claude
  exit 0
fi

[ -e /run/openclaw-home ] || fail home-disk "/home is not the home disk"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$root"
archive=$(setting archiveUrl)
if [ -z "$archive" ]; then
  "$lib/install-from-npm.py" "$root" || fail packages "the packages cannot be installed from npm"
elif ! unpack "$archive" "$(setting archiveSha256)" "$root"; then
  fail archive "the archive cannot be read"
fi
ln -sf "$root/bin/node" "$root/bin/npm" "$root/bin/npx" /usr/local/bin/
ln -sf "$lib/openclaw.sh" /usr/local/bin/openclaw
ln -sf "$lib/openclaw-key.sh" /usr/local/bin/openclaw-key
ln -sf "$lib/doctor.sh" /usr/local/bin/openclaw-doctor

# On a restored disk, users may have other numbers.
for home in /home/*; do
  "$lib/own-home.sh" "$(basename "$home")"
done
grep -q own-home /etc/pam.d/sshd ||
  echo "session optional pam_exec.so quiet $lib/own-home.sh" >>/etc/pam.d/sshd

# A home disk that was used before keeps its configuration. Run as the agent's account: a disk from elsewhere may hold
# links that root must not follow.
runuser -u openclaw -- sh -c 'umask 077; cd /home/openclaw && mkdir -p .openclaw && chmod 700 .openclaw &&
  [ -e .openclaw/openclaw.json ] || cp /etc/openclaw/openclaw.json .openclaw/openclaw.json'

systemctl daemon-reload
systemctl enable --now --no-block openclaw.service
[ "$(setting extras)" != True ] || systemd-run --quiet --no-block --unit openclaw-extras \
  --property Nice=10 "$lib/install.sh" extras
