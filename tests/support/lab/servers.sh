# lab/servers.sh -- sourced by the scripts that bring servers up inside the sandbox: starting, waiting, and what every
# lab has, a Docker Engine and folders of its own for the runner. Leaves the shell in the lab's folder.
lab=/run/lab
cd "$lab"
umask 022
mkdir -p log pid runner-home

secret() { openssl rand -hex 16; }

start() {  # NAME COMMAND...: in the background, output to log/NAME
  "${@:2}" >"log/$1" 2>&1 </dev/null &
  echo $! >"pid/$1"
}

wait_for() {  # NAME SECONDS COMMAND...: until it succeeds; a server that has died is not waited for
  local end=$((SECONDS + $2))
  until "${@:3}" >/dev/null 2>&1; do
    if ((SECONDS > end)) || ! kill -0 "$(cat "pid/$1")" 2>/dev/null; then
      printf 'lab: %s does not answer; the end of its log:\n' "$1" >&2
      tail -n 20 "log/$1" >&2
      exit 1
    fi
    read -rt 0.05 <> <(:) || true
  done
}

listens() { (: <>"/dev/tcp/${2:-127.0.0.1}/$1"); }  # PORT [ADDRESS]

start_engine() {  # OPTIONS...: a Docker Engine that answers on docker.sock
  echo '{}' >daemon.json
  start dockerd dockerd --config-file "$lab/daemon.json" --data-root "$lab/docker" --exec-root /run/docker-exec \
    --pidfile /run/docker.pid -H unix://$lab/docker.sock --exec-opt native.cgroupdriver=cgroupfs \
    --cgroup-parent "$LAB_CGROUP" "$@"
}

own_folders() {  # lines of the env file
  cat <<END
LAB=$lab
HOME=$lab/runner-home
XDG_STATE_HOME=$lab/runner-home/.local/state
XDG_CACHE_HOME=$lab/runner-home/.cache
XDG_CONFIG_HOME=$lab/runner-home/.config
DOCKER_HOST=unix://$lab/docker.sock
END
}
