#!/bin/sh
# openclaw-key set NAME | list | remove NAME: the member's own keys, kept in their own secret in the key vault.
# The value is asked for without showing it, or read from standard input; it never is an argument.
set -eu
lib=/usr/local/lib/openclaw
case ${1:-} in
  set)
    [ $# -eq 2 ] || { echo "usage: openclaw-key set NAME" >&2; exit 2; }
    if [ -t 0 ]; then
      printf '%s: ' "$2" >&2
      trap 'stty echo' EXIT INT TERM
      stty -echo
      IFS= read -r value
      stty echo
      echo >&2
      printf '%s\n' "$value" | sudo -n "$lib/keys.py" set "$2"
    else
      exec sudo -n "$lib/keys.py" set "$2"
    fi
    ;;
  list | remove) exec sudo -n "$lib/keys.py" "$@" ;;
  *)
    echo "usage: openclaw-key set NAME | list | remove NAME" >&2
    exit 2
    ;;
esac
