#!/usr/bin/env bash
# Looks for the programs that no lock file can bring: Chromium, PostgreSQL and Redis. Where this is root on Debian it installs
# them (and a Chinese font, so that pictures show words and not boxes); otherwise it says what is missing, and fails.
set -euo pipefail

missing=()
if [[ -z "${CHROMIUM_PATH:-}" ]] && ! command -v chromium chromium-browser google-chrome >/dev/null; then
  missing+=(chromium)
fi
if ! compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null && ! command -v initdb >/dev/null; then
  missing+=(postgresql)
fi
command -v redis-server >/dev/null || missing+=(redis-server)
wanted=("${missing[@]}")
if ! find -L /usr/share/fonts "${HOME:-/nonexistent}/.fonts" -iname '*cjk*' -print -quit 2>/dev/null | grep -q .; then
  wanted+=(fonts-noto-cjk)
fi
[[ ${#wanted[@]} -eq 0 ]] && exit 0

if [[ $(id -u) -eq 0 ]] && command -v apt-get >/dev/null; then
  echo "Installing ${wanted[*]} …"
  export DEBIAN_FRONTEND=noninteractive
  if apt-get update -qq && apt-get install -qq --yes --no-install-recommends "${wanted[@]}" >/dev/null; then
    exit 0
  fi
  echo "apt-get could not install ${wanted[*]}." >&2
fi
[[ ${#missing[@]} -eq 0 ]] && { echo "There is no Chinese font here: the pictures will show boxes." >&2; exit 0; }
echo "The tests need ${missing[*]}, which this machine does not have." >&2
echo "On Debian: sudo apt-get install --no-install-recommends ${missing[*]}" >&2
exit 1
