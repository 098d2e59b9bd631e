# scripts/rehearsal.sh -- sourced by scripts/demo and workflows/*/rehearse: sets up and builds the release, then runs the
# sourcing script once more, with --inside, in a sandbox beside the servers it needs (tests/support/lab/run). Nothing
# stays but the build folder and Debian's packages.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
name=$(basename "$(dirname "$(realpath "$0")")") # of the folder, workflows/NAME
[ "$name" != scripts ] || name=demo

say() { printf '\n%s: %s\n' "$name" "$*"; }

rehearse() {  # [--aws]
  local step self
  self=$(realpath "$0")
  cd "$root"
  scripts/setup "$@"
  echo "$name: building the release (log in build/log)"
  export CCACHE_DIR=$root/build/ccache
  for step in "cmake --preset release" "cmake --build --preset release --target runner"; do
    $step >build/log/demo.log 2>&1 </dev/null || { tail -n 30 build/log/demo.log >&2; exit 1; }
  done
  tests/support/lab/run "$@" "build/$name" "$self" --inside
  say "all servers are stopped, and this machine is as it was"
}

runner() { "$root/build/release/runner" "$@"; }

# --- with stand-ins for AWS ------------------------------------------------------------------------------------------

prepare_aws() {  # what the folder's README says has to be there; leaves the shell in the example repository
  "$root/tests/support/lab/sample_repo" "$LAB/sample" "$name"
  "$LAB_PYTHON" -B "$root/tests/support/lab/aws_resources.py" "$name" "${1:-$LAB/sample}"
  cd "$LAB/sample"
}

deploy_to_aws() {
  printf '\n$ runner run deploy.yml --env AWS_ENDPOINT_URL=%s\n' "$LAB_MINISTACK"
  runner run deploy.yml --env "AWS_ENDPOINT_URL=$LAB_MINISTACK" "$@"
}

commit() { git commit -qam "$*" && say "changed and committed: $*"; }

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

served() {  # ACCOUNT: what the containers that ECS started answer
  local container address
  for container in $(docker ps -q); do
    [[ $(docker inspect -f '{{.Config.Image}}' "$container") = "$1".* ]] || continue
    address=$(docker inspect -f '{{.NetworkSettings.IPAddress}}' "$container")
    docker ps --filter "id=$container" --format '{{.Names}} of {{.Image}}, {{.Status}}'
    printf '  http://%s:8080/version: %s\n' "$address" "$(curl -fsS "http://$address:8080/version")"
  done
}
