#!/usr/bin/env python3
"""Hardware in the loop without hardware: boots the guest, provides the virtual card and the reader's USB plug, judges the reports.

run.py OUT APP     OUT: folder with root.img, app.img, vmlinuz and initrd.img of build.sh; APP: folder with kiosk-lab.dll and reception.dll
"""
import glob
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time

OUT, APP = (os.path.abspath(argument) for argument in (sys.argv + ["", ""])[1:3])
LAB, RECEPTION = f"{APP}/kiosk-lab.dll", f"{APP}/reception.dll"
SHARE = f"{OUT}/share"
# Seconds; QEMU emulates the processor in software, on a machine that may be busy.
LONGEST = 40 * 60


class Qmp:
    """QEMU's machine protocol (QMP); unplugs the reader and plugs it in again."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        for _ in range(100):
            try:
                self.socket.connect(path)
                break
            except OSError:
                time.sleep(0.1)
        self.lines = self.socket.makefile("r")
        self.lines.readline()
        self("qmp_capabilities")

    def __call__(self, command, **arguments):
        self.socket.sendall(json.dumps({"execute": command, "arguments": arguments}).encode() + b"\n")
        while True:
            answer = json.loads(self.lines.readline())
            if "error" in answer:
                raise RuntimeError(f"{command}: {answer['error']['desc']}")
            if "return" in answer:
                return answer["return"]

    def wait(self, event):
        while json.loads(self.lines.readline()).get("event") != event:
            pass


class GuestRequests:
    """Answers the requests of the benches in the guest, one a line: the reader's plug by QMP, everything else by the virtual card."""

    def __init__(self):
        # Opened before QEMU starts: QEMU's command line names the port.
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]

    def start(self, card, qmp):
        """card: the process that serves the card; its standard input takes orders."""
        self.card, self.qmp = card, qmp
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            connection, _ = self.listener.accept()
            with connection, connection.makefile("rw") as lines:
                for line in lines:
                    lines.write(self.answer(line.strip()) + "\n")
                    lines.flush()

    def answer(self, line):
        try:
            if line == "reader off":
                self.qmp("device_del", id="reader")
                self.qmp.wait("DEVICE_DELETED")
                return '{"ok":true}'
            if line == "reader on":
                self.qmp("device_add", driver="usb-ccid", bus="xhci.0", id="reader")
                self.qmp("device_add", driver="ccid-card-passthru", chardev="ccid", id="ccard", bus="reader.0")
            self.card.stdin.write(line + "\n")
            self.card.stdin.flush()
            return self.card.stdout.readline().strip()
        except (RuntimeError, OSError) as error:
            return json.dumps({"ok": False, "error": str(error)})


class Reception:
    """The reception terminal, outside the guest, reached over mutual TLS. Its certificates are made for this run."""

    def __init__(self):
        self.folder = f"{OUT}/reception"
        shutil.rmtree(self.folder, ignore_errors=True)
        os.makedirs(self.folder)
        subprocess.run(["dotnet", RECEPTION, "pki", "--dir", self.folder, "--name", "reception.hil", "--kiosk", "hil"],
                       check=True, stdout=subprocess.DEVNULL)
        # Chosen before QEMU starts: QEMU's command line names the port.
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        config = {"database": "reception.db", "caFile": "ca.pem", "certificateFile": "server.pem", "keyFile": "server.key",
                  "listen": "127.0.0.1", "port": self.port, "jpkiCaFiles": [f"{SHARE}/trust/jpki-simulated.pem"], "desk": {"port": 0}}
        with open(f"{self.folder}/reception.json", "w") as file:
            json.dump(config, file)
        os.makedirs(f"{SHARE}/link")
        for name in ("ca.pem", "kiosk-hil.pem", "kiosk-hil.key"):
            shutil.copy(f"{self.folder}/{name}", f"{SHARE}/link/{name}")

    def start(self):
        """To be called after the card server has written the CA of the cards, which the reception checks."""
        self.process = subprocess.Popen(["dotnet", RECEPTION, "run", "--config", f"{self.folder}/reception.json"],
                                        stdout=subprocess.PIPE, text=True)
        if not any(line.startswith("link port: ") for line in self.process.stdout):
            raise RuntimeError("the reception terminal did not start; see its message above")
        threading.Thread(target=self.process.stdout.read, daemon=True).start()

    def arrivals(self):
        """The check-ins that the reception has stored, one line each."""
        return subprocess.run(["dotnet", RECEPTION, "ledger", "--database", f"{self.folder}/reception.db"],
                              capture_output=True, text=True, check=True).stdout.splitlines()


def qemu(port, link):
    """QEMU's command line. port: of GuestRequests; link: of the reception."""
    forward = f"{sys.executable} {os.path.abspath(__file__)} --forward {link}"
    return [
        "qemu-system-x86_64", "-nodefaults", "-display", "none", "-machine", "q35", "-accel", "tcg,thread=multi", "-cpu", "max",
        "-smp", "2", "-m", "3072", "-no-reboot",
        "-kernel", f"{OUT}/vmlinuz", "-initrd", f"{OUT}/initrd.img",
        "-append", "console=ttyS0 root=/dev/vda rw init=/init.hil panic=-1 quiet",
        "-drive", f"file={OUT}/root.img,if=virtio,format=raw,snapshot=on", "-drive", f"file={OUT}/app.img,if=virtio,format=raw,readonly=on",
        "-virtfs", f"local,path={SHARE},mount_tag=out,security_model=none",
        "-object", "rng-random,id=r,filename=/dev/urandom", "-device", "virtio-rng-pci,rng=r",
        # The guest reaches these two ports and nothing else.
        "-netdev", "user,id=n,restrict=on,guestfwd=tcp:10.0.2.100:7000-tcp:127.0.0.1:"
                   f"{port},guestfwd=tcp:10.0.2.100:7443-cmd:{forward}", "-device", "virtio-net-pci,netdev=n",
        "-chardev", f"socket,id=ccid,path={OUT}/vsc,server=on,wait=off", "-device", "qemu-xhci,id=xhci",
        "-device", "usb-ccid,bus=xhci.0,id=reader", "-device", "ccid-card-passthru,chardev=ccid,id=ccard,bus=reader.0",
        "-qmp", f"unix:{OUT}/qmp,server=on,wait=off", "-serial", "stdio",
    ]


def forward(port):
    """Passes one connection of the guest on to the reception. QEMU starts this program for each connection."""
    with socket.create_connection(("127.0.0.1", port)) as link:
        def outwards():
            while block := os.read(0, 65536):
                link.sendall(block)
            link.shutdown(socket.SHUT_WR)

        threading.Thread(target=outwards, daemon=True).start()
        while block := link.recv(65536):
            os.write(1, block)


def follow(machine, log):
    """Copies the guest's console into the log, prints its messages, and returns when the guest ends."""
    for line in machine.stdout:
        log.write(line)
        log.flush()
        line = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", line).rstrip()
        if line.startswith("hil:") or "PASSED" in line or "FAILED" in line or "LOST" in line or "Kernel panic" in line:
            print(line, flush=True)


def judge_visit(reception):
    """A whole visit: digits through the keypad's event device, the card on the USB reader, one check-in stored by the reception."""
    try:
        visit = json.load(open(f"{SHARE}/visit.json"))
    except (OSError, ValueError):
        print("visit    NO REPORT")
        return 1
    arrivals = reception.arrivals()
    digits, keypad = visit["digits_by_keypad"], visit["keypad"]
    good = visit["outcome"] == "accepted" and digits == 4 and keypad.startswith("/dev/input/event") and len(arrivals) == 1
    print(f"visit    {'ok' if good else 'BROKEN'}  {visit['outcome']} {visit['failure'] or ''} receipt {visit['receipt']}, "
          f"{digits} digits by {keypad}, {len(arrivals)} stored by the reception")
    print("         " + ", ".join(f"{stage['name']} {stage['ms']:.0f} ms" for stage in visit["stages"]))
    return 0 if good else 1


def judge():
    """The facts must hold. The times are those of the emulator, so an exceeded time limit is printed and does not fail the run."""
    wanted = {
        "board": {"edge": lambda m: m["count"] >= 20, "presence edge": lambda m: m["count"] >= 20, "illuminance": lambda m: 530 < m["p50"] < 545,
                  "temperature": lambda m: m["p50"] == 52},
        "keypad": {"key": lambda m: m["count"] == 36, "wrong key": lambda m: m["max"] == 0, "bounce": lambda m: m["max"] == 0},
        "camera": {"fps": lambda m: m["p50"] > 1, "latency": lambda m: m["count"] > 0, "open": lambda m: m["count"] == 3},
        "reader": {"insertion failed": lambda m: m["count"] == 5 and m["max"] == 0,
                   "removal surprise": lambda m: m["count"] == 5 and m["max"] == 0,
                   "reader reconnect": lambda m: m["count"] == 2, "photo standard 424": lambda m: m["count"] == 1},
    }
    bad = 0
    for bench, facts in wanted.items():
        files = sorted(glob.glob(f"{SHARE}/{bench}-*.json"))
        if not files:
            print(f"{bench:8} NO REPORT")
            bad += 1
            continue
        report = json.load(open(files[-1]))
        metrics = {m["name"]: m for m in report["metrics"]}
        broken = [name for name, holds in facts.items() if name not in metrics or not holds(metrics[name])]
        slow = [f"{j['limit']['metric']} {j['measured']:.4g} {j['limit']['unit']}" for j in report["limits"] if not j["passed"]]
        good = not broken and report["outcome"] in ("passed", "failed")
        bad += not good
        print(f"{bench:8} {'ok' if good else 'BROKEN'}  outcome {report['outcome']} {report.get('detail', '')}  {', '.join(broken)}")
        for name in facts:
            if name in metrics:
                metric = metrics[name]
                print(f"         {name}: n {metric['count']}, p50 {metric['p50']} {metric['unit']}, p95 {metric['p95']}")
        if slow:
            print(f"         exceeded limits under emulation: {'; '.join(slow)}")
    return bad


def main():
    shutil.rmtree(SHARE, ignore_errors=True)
    os.makedirs(SHARE)
    os.makedirs(f"{OUT}/keys", exist_ok=True)
    for stale in ("vsc", "qmp"):
        if os.path.exists(f"{OUT}/{stale}"):
            os.remove(f"{OUT}/{stale}")
    sheet = subprocess.run(["dotnet", LAB, "card", "show", "standard"], capture_output=True, text=True, check=True).stdout
    number = re.search(r"\b\d{14}\b", sheet)
    with open(f"{SHARE}/number", "w") as file:
        file.write(number.group(0) if number else "")
    requests, reception = GuestRequests(), Reception()
    with open(f"{OUT}/console.log", "w") as log, subprocess.Popen(
            qemu(requests.port, reception.port), stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True, errors="replace") as machine:
        card = subprocess.Popen(["dotnet", LAB, "card", "serve", "--vsc", f"{OUT}/vsc", "--hierarchy", f"{OUT}/keys",
                                 "--trust", f"{SHARE}/trust"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        watchdog = threading.Timer(LONGEST, machine.kill)
        watchdog.start()
        try:
            qmp = Qmp(f"{OUT}/qmp")
            print("hil: card", card.stdout.readline().strip(), flush=True)
            reception.start()
            requests.start(card, qmp)
            follow(machine, log)
        finally:
            watchdog.cancel()
            machine.kill()
            card.kill()
    bad = judge() + judge_visit(reception)
    reception.process.terminate()
    print(f"reports {SHARE}/*.html, console {OUT}/console.log")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(forward(int(sys.argv[2])) if sys.argv[1] == "--forward" else main())
