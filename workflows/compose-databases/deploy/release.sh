#!/bin/bash
# release.sh REGISTRY_USER -- on the server, in the folder of one release beside its docker-compose.yml and .env: pulls the
# app's image, brings everything up, and waits until the app of this version is healthy. If it is not, the release that
# was live before is brought up again and this exits 1. Databases whose part of the compose file is unchanged keep running;
# what they keep lies in volumes.
# The registry's password is read from the file pull-token beside this script, which is deleted at once.
# From the environment: HEALTH_TRIES, each of half a second.
set -euo pipefail
cd "$(dirname "$0")"
registry_user=$1
tries=${HEALTH_TRIES:-120}
live=../live # a link to the release that was healthy last
here=$(basename "$PWD")

say() { printf '%s\n' "$*"; }
fail() { say "failed: $*" >&2; exit 1; }

if docker compose version >/dev/null 2>&1; then
  compose() { docker compose "$@" 2>&1; }
else
  compose() { docker-compose --ansi never "$@" 2>&1; }
fi

image_of() { sed -n 's/^APP_IMAGE=//p' "$1/.env"; }

pull() {  # with a docker configuration of its own, so that the password does not stay on the server
  local image=$1 work status=0
  work=$(mktemp -d)
  docker --config "$work" login --username "$registry_user" --password-stdin "${image%%/*}" \
    <pull-token >/dev/null 2>"$work/login" || { grep -v WARNING "$work/login" >&2; status=1; }
  rm -f pull-token
  [ $status != 0 ] || docker --config "$work" pull --quiet "$image" >/dev/null || status=1
  rm -rf "$work"
  return $status
}

healthy() {  # VERSION: not merely that something answers
  [ "$(curl -fsS -m 5 http://127.0.0.1:8080/health 2>/dev/null)" = "healthy $1" ]
}

bring_up() {  # FOLDER TRIES
  local tries=$2 try image
  image=$(image_of "$1")
  (cd "$1" && compose up --detach --remove-orphans) || return
  for ((try = 0; try < tries; try++)); do
    if healthy "${image##*:}"; then return 0; fi
    sleep 0.5
  done
  say "${image##*:} is not healthy on http://127.0.0.1:8080/health after $tries tries"
  (cd "$1" && compose logs --tail 20 app) || true
  return 1
}

go_back() {
  local before
  before=$(readlink "$live") || fail "there is no earlier release to go back to"
  [ "$before" != "$here" ] || fail "this is the release that was live before; nothing to go back to"
  say "going back to $before"
  bring_up "../$before" 120 || fail "$before does not come up either"
  fail "$here was taken back; live: $before"
}

tidy() {  # [BEFORE]: keeps this release and the one before, and their images: going back must not need the registry
  local folder
  local -a kept=(-e "$(image_of .)")
  [ -z "${1:-}" ] || kept+=(-e "$(image_of "../$1")")
  for folder in ../*/; do
    folder=$(basename "$folder")
    case $folder in "$here" | "${1:-}" | live) ;; *) rm -rf "../$folder" ;; esac
  done
  # not `prune --all`, which takes a tag from a running container's image when it has another one
  docker image ls --filter label=deploy.app=notes --filter dangling=false --format '{{.Repository}}:{{.Tag}}' |
    { grep -vxF "${kept[@]}" || true; } | xargs -r docker image rm >/dev/null || say "old images could not be deleted"
  docker image prune --force --filter label=deploy.app=notes >/dev/null || say "old images could not be deleted"
}

image=$(image_of .)
pull "$image" || fail "pull $image; nothing was changed"
bring_up . "$tries" || go_back
before=$(readlink "$live" || true)
ln -sfn "$here" "$live"
if [ "$before" != "$here" ]; then tidy "$before"; fi
say "live: $here"
