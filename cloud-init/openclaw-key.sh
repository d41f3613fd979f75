#!/bin/sh
# openclaw-key set NAME | list | remove NAME: the member's own keys, kept in their own secret in the key vault.
# Prompts for the value without showing it, or reads it from standard input; never takes it as an argument.
set -eu
lib=/usr/local/lib/openclaw

usage() {
  echo "usage: openclaw-key set NAME | list | remove NAME" >&2
  echo "For a value of several lines, or of more than 4,000 bytes: openclaw-key set NAME <FILE" >&2
  exit 2
}

case ${1:-} in
  set)
    [ $# -eq 2 ] || usage
    if [ -t 0 ]; then
      printf '%s: ' "$2" >&2
      trap 'stty echo' EXIT INT TERM
      stty -echo
      IFS= read -r value
      stty echo
      echo >&2
      # The terminal drops anything longer.
      [ ${#value} -lt 4095 ] || usage
      printf '%s\n' "$value" | sudo -n "$lib/keys.py" set "$2"
    else
      exec sudo -n "$lib/keys.py" set "$2"
    fi
    ;;
  list | remove) exec sudo -n "$lib/keys.py" "$@" ;;
  *) usage ;;
esac
