"""Servers as they are found in the wild, each started for the tests that need it: sshd with other settings, behind a jump
host, behind a connection that breaks, with a full disk. All are the user "deploy" of the lab's own server.
"""
import contextlib
import socket
import subprocess
import threading

from common import LAB, shell, wait_for
from world import SERVER_HOME

JUMP, JUMP_INSIDE, INNER, DOWN = "10.77.1.2", "10.77.2.1", "10.77.2.2", "10.77.2.3"


def greets(port, address="127.0.0.1", inside=()):
    """The greeting of an sshd, read with the system's own tools."""
    words = [*inside, "ssh-keyscan", "-p", str(port), "-T", "2", address]
    return bool(subprocess.run(words, capture_output=True).stdout)


@contextlib.contextmanager
def sshd(port, *settings, address="127.0.0.1", host_key="host_ed25519", inside=()):
    """One more sshd; what is set first counts, so the settings come before the lab's own."""
    lines = [f"ListenAddress {address}", f"Port {port}", f"HostKey {LAB}/keys/{host_key}", *settings]
    rest = [line for line in (LAB / "sshd.conf").read_text().splitlines()
            if line.split()[0] not in ("ListenAddress", "Port", "HostKey")]
    path = LAB / f"sshd.{address}.{port}"
    path.write_text("\n".join(lines + rest) + "\n")
    with open(LAB / "log" / path.name, "w") as log:
        server = subprocess.Popen([*inside, "/usr/sbin/sshd", "-D", "-e", "-f", path], stdin=subprocess.DEVNULL,
                                  stdout=log, stderr=log)
    try:
        wait_for(lambda: greets(port, address, inside), f"sshd on {address}:{port}")
        yield f"{address}:{port}"
    finally:
        server.terminate()
        server.wait(20)


def rsa_host_key():
    path = LAB / "keys/host_rsa"
    if not path.exists():
        shell(f"ssh-keygen -q -t rsa -b 2048 -N '' -f {path}")
    return path.name


@contextlib.contextmanager
def network_behind_a_jump_host():
    """JUMP is reached from here; INNER only from there; at DOWN nobody listens. INNER is a network namespace of its own."""
    shell(f"""
        ip netns add jump; ip netns add inner
        ip link add to-jump type veth peer name eth0 netns jump
        ip -n jump link add to-inner type veth peer name eth0 netns inner
        ip addr add 10.77.1.1/24 dev to-jump; ip link set to-jump up
        ip -n jump addr add {JUMP}/24 dev eth0; ip -n jump link set eth0 up; ip -n jump link set lo up
        ip -n jump addr add {JUMP_INSIDE}/24 dev to-inner; ip -n jump link set to-inner up
        ip -n inner addr add {INNER}/24 dev eth0; ip -n inner addr add {DOWN}/24 dev eth0
        ip -n inner link set eth0 up; ip -n inner link set lo up
    """)
    inside = {name: ("ip", "netns", "exec", name) for name in ("jump", "inner")}
    try:
        with sshd(22, address=JUMP, inside=inside["jump"]), \
             sshd(22, address=INNER, host_key=rsa_host_key(), inside=inside["inner"]):
            yield
    finally:
        shell("ip link del to-jump; ip netns del inner; ip netns del jump")  # an interface outlives its namespace a while


@contextlib.contextmanager
def full_disk(folder, size="64k"):
    """A folder of the server's user that holds next to nothing."""
    path = SERVER_HOME / folder
    path.mkdir(parents=True)
    shell(f"mount -t tmpfs -o size={size},uid=2000,gid=2000 tmpfs {path}")
    try:
        yield path
    finally:
        shell(f"umount -l {path}; rmdir {path}")


class BreakingConnection:
    """Hands connections on to the lab's sshd, and breaks each off after so many bytes towards the server."""

    def __init__(self, most):
        self.most = most
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self.listener.getsockname()[1]
        self.broken = 0
        self.thread = threading.Thread(target=self.accept)

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                server = socket.create_connection(("127.0.0.1", 2222))
                threading.Thread(target=self.copy, args=(client, server, self.most), daemon=True).start()
                threading.Thread(target=self.copy, args=(server, client, None), daemon=True).start()

    def copy(self, source, target, left):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if left is not None:
                    left -= len(data)
                    if left < 0:
                        self.broken += 1
                        break
                target.sendall(data)
        for each in (source, target):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        source.close()  # the other thread closes the other one

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *error):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join()
