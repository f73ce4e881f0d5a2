#!/bin/sh
# Composes the messages of ../messages.py with each library that is installed and checks the result:
#   sh tests/mime/candidates/compare.sh
# Needs libmimetic-dev, libgmime-3.0-dev, libcurl4-openssl-dev; the build itself needs none of them.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -B ../messages.py > "$work/messages.json"
for library in gmime mimetic curl; do
  case $library in
    gmime) flags=$(pkg-config --cflags --libs gmime-3.0 2>/dev/null) || flags=missing ;;
    mimetic) flags=-lmimetic ;;
    curl) flags=-lcurl ;;
  esac
  echo "== $library"
  mkdir "$work/$library"
  # shellcheck disable=SC2086
  if ! c++ -std=c++20 -w "$library.cpp" -o "$work/compose" $flags 2>/dev/null; then
    echo "not installed"
    continue
  fi
  if [ "$library" = curl ]; then
    python3 -B sink.py "$work/messages.json" "$work/curl" "$work/port" & sink=$!
    while [ ! -s "$work/port" ]; do sleep 0.1; done
    CURL_SINK=$(cat "$work/port") "$work/compose" "$work/messages.json" "$work/curl"
    wait "$sink"
  else
    "$work/compose" "$work/messages.json" "$work/$library"
  fi
  python3 -B ../check.py "$work/$library" || true
done
