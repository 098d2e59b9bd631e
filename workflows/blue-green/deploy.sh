#!/bin/bash
# deploy.sh REGISTRY_USER IMAGE -- on the server: starts IMAGE in the colour that is idle, waits until it answers, sends
# nginx's traffic there, then stops the other colour. If anything fails, the old version stays live and it exits 1.
# The registry's password is read from the file pull-token beside this script, which is deleted at once.
# From the environment: NGINX_COMMAND, which calls nginx (not NGINX: nginx itself reads that); NGINX_UPSTREAM, the file
# to rewrite; HEALTH_TRIES, each of half a second.
set -euo pipefail
cd "$(dirname "$0")"

registry_user=$1
image=$2
nginx=${NGINX_COMMAND:-sudo nginx}
upstream=${NGINX_UPSTREAM:-/etc/nginx/web-upstream.conf}
tries=${HEALTH_TRIES:-60}
declare -A port=([blue]=4000 [green]=4001)
export COMPOSE_PROJECT_NAME=web WEB_IMAGE=$image

say() { printf '%s\n' "$*"; }
fail() { say "failed: $*" >&2; exit 1; }
wait_for() {  # COUNT COMMAND...: until it succeeds, half a second apart
  local count=$1 try
  for ((try = 0; try < count; try++)); do
    if "${@:2}"; then return 0; fi
    sleep 0.5
  done
  return 1
}

if docker compose version >/dev/null 2>&1; then
  compose() { docker compose "$@" 2>&1; }
else
  compose() { docker-compose --ansi never "$@" 2>&1; }
fi

write_upstream() {  # LIVE BACKUP. The file may be ours and its folder not; nginx reads it only when told to
  printf '%s\n' "# written by deploy.sh: $image" "upstream web {" "  server 127.0.0.1:${port[$1]};" \
    "  server 127.0.0.1:${port[$2]} backup;" "}" "map \"\" \$web_colour { default $1; }" >"$upstream"
}

answers() { curl -fsS -m 2 -o /dev/null "http://127.0.0.1:${port[$1]}/api/ping" 2>/dev/null; }
loaded() { [ "$(curl -fsS -m 2 http://127.0.0.1/live-colour 2>/dev/null)" = "$1" ]; }
drained() { ! pgrep -f 'nginx: worker process is shutting down' >/dev/null; }

work=$(mktemp -d)
new='' switched=no
finish() {
  local status=$?
  trap - EXIT
  if [ -n "$new" ] && [ "$switched" != yes ]; then
    if [ -e "$work/upstream.before" ] && ! cmp -s "$work/upstream.before" "$upstream"; then
      cat "$work/upstream.before" >"$upstream"
      $nginx -s reload || true
    fi
    compose kill "$new" || true
    compose rm --force "$new" || true
  fi
  if [ "$switched" != yes ]; then say "the old version stays live" >&2; fi
  rm -rf "$work" pull-token
  exit "$status"
}
trap finish EXIT
trap 'exit 1' INT TERM HUP

if grep -q "server 127.0.0.1:${port[blue]};" "$upstream"; then old=blue next=green; else old=green next=blue; fi
say "live: $old; to come: $next with $image"

# a docker configuration of its own, so that the password does not stay on the server
mkdir "$work/docker"
docker --config "$work/docker" login --username "$registry_user" --password-stdin "${image%%/*}" \
  <pull-token >/dev/null 2>"$work/login" || fail "log in to ${image%%/*}: $(grep -v WARNING "$work/login")"
rm -f pull-token
docker --config "$work/docker" pull --quiet "$image" >/dev/null || fail "pull $image"

new=$next
compose up --detach --no-deps --force-recreate "$new" || fail "start $new"
if ! wait_for "$tries" answers "$new"; then
  compose logs --tail 20 "$new" || true
  fail "$new did not answer on http://127.0.0.1:${port[$new]}/api/ping after $tries tries"
fi
say "$new answers"

cp "$upstream" "$work/upstream.before"
write_upstream "$new" "$old"
$nginx -q -t || fail "nginx refuses $upstream"
$nginx -s reload || fail "reload nginx"
wait_for 20 loaded "$new" || fail "nginx did not load $upstream"
switched=yes
say "live: $new"

# the old workers of nginx may still be answering from the old version
wait_for 20 drained || say "nginx still serves old connections; stopping $old nevertheless"
compose stop "$old" || say "$old could not be stopped"
docker image prune --all --force --filter label=deploy.app=web >/dev/null || say "old images could not be deleted"
