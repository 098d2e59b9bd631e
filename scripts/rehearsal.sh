# scripts/rehearsal.sh -- sourced by scripts/demo and workflows/*/rehearse: sets up and builds the release, then runs the
# sourcing script once more, with --inside, in a sandbox beside the servers it needs (tests/support/lab/run). Nothing
# stays but the build folder and Debian's packages.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
name=$(basename "$(dirname "$(realpath "$0")")") # of the folder, workflows/NAME
[ "$name" != scripts ] || name=demo

say() { printf '\n%s: %s\n' "$name" "$*"; }

rehearse() {  # [--aws | --images]: what the servers it needs are made of
  local step self setup_pid
  local -a servers=()
  [ "${1:-}" != --aws ] || servers=(--aws)
  self=$(realpath "$0")
  cd "$root"
  scripts/setup --build
  scripts/setup "$@" &  # the servers, while the compiler works
  setup_pid=$!
  trap 'kill "$setup_pid" 2>/dev/null || true' EXIT
  echo "$name: building the release (log in build/log)"
  export CCACHE_DIR=$root/build/ccache
  for step in "cmake --preset release" "cmake --build --preset release --target runner"; do
    $step >build/log/demo.log 2>&1 </dev/null || { tail -n 30 build/log/demo.log >&2; exit 1; }
  done
  wait "$setup_pid"
  trap - EXIT
  tests/support/lab/run "${servers[@]}" "build/$name" "$self" --inside
  say "all servers are stopped, and this machine is as it was"
}

runner() { "$root/build/release/runner" "$@"; }

commit() { git commit -qam "$*" && say "changed and committed: $*"; }

show_chat() {
  say "what the chat heard:"
  python3 -c 'import json,sys; [print("     ", json.loads(line)["content"]) for line in sys.stdin]' <"$LAB/discord.jsonl"
}

# --- with stand-ins for AWS ------------------------------------------------------------------------------------------

prepare_aws() {  # what the folder's README says has to be there; leaves the shell in the example repository
  "$root/tests/support/lab/sample_repo" "$LAB/sample" "$name"
  "$LAB_PYTHON" -B "$root/tests/support/lab/aws_resources.py" "$name" "${1:-$LAB/sample}"
  cd "$LAB/sample"
  printf '.secrets\n.vars\n' >>.git/info/exclude
}

deploy_to_aws() {
  printf '\n$ runner run deploy.yml --env AWS_ENDPOINT_URL=%s\n' "$LAB_MINISTACK"
  runner run deploy.yml --env "AWS_ENDPOINT_URL=$LAB_MINISTACK" "$@"
}

real_aws() {  # ACCOUNT ARGUMENTS...: Debian's AWS CLI, as that account's owner
  printf '\n$ aws %s\n' "${*:2}"
  AWS_ACCESS_KEY_ID=$1 AWS_SECRET_ACCESS_KEY=$LAB_ROOT_SECRET AWS_DEFAULT_REGION=$LAB_REGION AWS_PAGER='' \
    "$LAB_AWS" --endpoint-url "$LAB_MINISTACK" "${@:2}"
}

image_tags() {  # ACCOUNT REPOSITORY
  local registry=$1.dkr.ecr.$LAB_REGION.amazonaws.com
  printf '\n%s/%s has ' "$registry" "$2"
  curl -fsS --cacert "$LAB_CA" --user "AWS:$LAB_ECR_PASSWORD" "https://$registry/v2/$2/tags/list"
}

of_account() {  # ACCOUNT: the containers that ECS started for it
  docker ps --no-trunc --format '{{.ID}} {{.Image}}' | sed -n "s/ $1\..*//p"
}

served() {  # ACCOUNT: what its container answers, once the one before has ended
  local address
  until [ "$(of_account "$1" | wc -l)" = 1 ]; do read -rt 0.1 <> <(:) || true; done
  docker ps --filter "id=$(of_account "$1")" --format '{{.Names}} of {{.Image}}, {{.Status}}'
  address=$(docker inspect -f '{{.NetworkSettings.IPAddress}}' "$(of_account "$1")")
  printf '  http://%s:8080/version: %s\n' "$address" "$(curl -fsS "http://$address:8080/version")"
}
