#!/usr/bin/env bash
# A real Docker Swarm of three machines on one: three Docker engines, each in a network namespace of its own, joined by a bridge.
#   engines.sh needs            says in one line what is missing, and ends with 1
#   engines.sh up               three engines, one swarm (machine 1 manages), labels zap=1 on all
#   engines.sh docker N ARGS    docker on machine N (1 to 3)
#   engines.sh load N FILE      loads images of `docker save` into machine N
#   engines.sh cut N            pulls machine N's network cable;   heal N  puts it back
#   engines.sh refuse N PORT    lets nothing of machine N's containers through to that port of this machine;   allow N PORT  lets it again
#   engines.sh kill N           ends machine N's engine and all that it runs, at once (a power cut);   boot N  starts it again
#   engines.sh down             ends it all and removes what it made
#   engines.sh left             prints what is left of it: nothing, after `down`
# Machines have the addresses 10.77.0.1 to 10.77.0.3, this one 10.77.0.254. The ingress mesh needs ip_vs, which a development machine may
# not have: ports are published with mode=host.
set -euo pipefail
base=/tmp/zap-fleet-swarm
d() { local n=$1; shift; docker -H "unix://$base/$n/run/docker.sock" "$@"; }

needs() {
  [[ $(id -u) == 0 ]] || { echo "test:swarm needs root: network namespaces, mounts and three Docker engines are its machines. Run it with sudo." >&2; exit 1; }
  local missing=()
  for tool in docker dockerd containerd ctr ip iptables nsenter unshare; do command -v "$tool" >/dev/null || missing+=("$tool"); done
  [[ ${#missing[@]} == 0 ]] || { echo "test:swarm needs ${missing[*]}: on Debian run apt install docker.io iproute2 iptables util-linux" >&2; exit 1; }
}

start_engine() {
  local n=$1 at=$base/$1
  mkdir -p "$at"/{data,exec,run}
  # An engine gives a containerd of its own 15 s, in which a busy machine may not start one: this one is waited for.
  cat >"$at/containerd.toml" <<END
version = 2
root = "$at/data/containerd"
state = "$at/exec/containerd"
disabled_plugins = ["io.containerd.grpc.v1.cri"]
[grpc]
address = "$at/exec/containerd.sock"
END
  rm -f "$at/exec/containerd.sock"
  # Nothing of this shell's is held open by it: whoever waits for the end of its output would wait for the engine's.
  nsenter --net="/run/netns/zn$n" setsid unshare --mount --uts --pid --fork --mount-proc --propagation private bash -c "
    hostname node$n; mkdir -p /run/docker; mount -t tmpfs tmpfs /run/docker
    containerd --config $at/containerd.toml &
    for _ in \$(seq 240); do ctr --address $at/exec/containerd.sock version >/dev/null 2>&1 && break; sleep 0.5; done
    exec dockerd --data-root $at/data --exec-root $at/exec --pidfile $at/run/docker.pid -H unix://$at/run/docker.sock \
      --containerd $at/exec/containerd.sock --storage-driver overlay2 --bip 172.3$n.0.1/24" </dev/null >>"$at/log" 2>&1 &
  echo $! >"$at/engine.pid"
}
# One that ends before it answers is started again.
boot() {
  local n=$1
  for _ in 1 2 3 4; do
    start_engine "$n"
    for _ in $(seq 240); do
      d "$n" info >/dev/null 2>&1 && return
      kill -0 "$(cat "$base/$n/engine.pid")" 2>/dev/null || break
      sleep 0.5
    done
    stop_engine "$n"
  done
  echo "engine $n did not start; see $base/$n/log" >&2
  tail -5 "$base/$n/log" >&2
  exit 1
}
# The engine's pid namespace goes with its first process: everything in it ends at once.
stop_engine() {
  local f=$base/$1/engine.pid
  [[ -f $f ]] || return 0
  pkill -KILL -P "$(cat "$f")" 2>/dev/null || true
  rm -f "$f" "$base/$1/run/docker.pid"
  sleep 0.5
}
ours() { awk -v b="$base/" 'index($2,b)==1{print $2}' /proc/mounts; }

case ${1:-} in
  needs) needs ;;
  up)
    needs
    ip link show zbr0 >/dev/null 2>&1 || { ip link add zbr0 type bridge; ip addr add 10.77.0.254/24 dev zbr0; ip link set zbr0 up; }
    # An engine of this machine's own drops what it does not know, bridged packets too.
    iptables -C FORWARD -i zbr0 -o zbr0 -j ACCEPT 2>/dev/null || iptables -I FORWARD -i zbr0 -o zbr0 -j ACCEPT
    for n in 1 2 3; do
      if [[ ! -e /run/netns/zn$n ]]; then
        ip netns add "zn$n"
        ip link add "zv$n" type veth peer name eth0 netns "zn$n"
        ip link set "zv$n" master zbr0 up
        ip -n "zn$n" addr add "10.77.0.$n/24" dev eth0
        ip -n "zn$n" link set eth0 up
        ip -n "zn$n" link set lo up
        ip -n "zn$n" route add default via 10.77.0.254
      fi
      d "$n" info >/dev/null 2>&1 || boot "$n"
    done
    [[ $(d 1 info -f '{{.Swarm.LocalNodeState}}') == active ]] || d 1 swarm init --advertise-addr 10.77.0.1 >/dev/null
    token=$(d 1 swarm join-token -q worker)
    for n in 2 3; do [[ $(d "$n" info -f '{{.Swarm.LocalNodeState}}') == active ]] || d "$n" swarm join --token "$token" 10.77.0.1:2377 >/dev/null; done
    for n in 1 2 3; do d 1 node update --label-add zap=1 "node$n" >/dev/null; done ;;
  docker) shift; d "$@" ;;
  load) d "$2" load -q -i "$3" ;;
  cut) ip link set "zv$2" down ;;
  heal) ip link set "zv$2" up ;;
  refuse) nsenter --net="/run/netns/zn$2" iptables -I FORWARD -d 10.77.0.254 -p tcp --dport "$3" -j DROP ;;
  allow) nsenter --net="/run/netns/zn$2" iptables -D FORWARD -d 10.77.0.254 -p tcp --dport "$3" -j DROP ;;
  kill) stop_engine "$2" ;;
  boot) boot "$2" ;;
  down)
    for n in 1 2 3; do stop_engine "$n"; done
    sleep 1
    for n in 1 2 3; do ip netns del "zn$n" 2>/dev/null || true; ip link del "zv$n" 2>/dev/null || true; done
    ip link del zbr0 2>/dev/null || true
    iptables -D FORWARD -i zbr0 -o zbr0 -j ACCEPT 2>/dev/null || true
    for m in $(ours | sort -r); do umount -l "$m" 2>/dev/null || true; done
    rm -rf "$base" ;;
  left)
    ours
    ip netns list 2>/dev/null | grep -E '^zn[123]( |$)' || true
    ip -o link show 2>/dev/null | grep -oE '(zbr0|zv[123])[@:]' || true
    iptables -S FORWARD 2>/dev/null | grep zbr0 || true
    pgrep -af -- "--data-root $base" || true
    [[ ! -e $base ]] || echo "$base" ;;
  *) sed -n '2,14p' "$0"; exit 2 ;;
esac
