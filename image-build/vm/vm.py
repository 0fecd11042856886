"""The device image in QEMU, by hand and by the tests: ./dev image vm COMMAND (README tells the whole way).

start [--profile P] [--version V] [--secure-boot] [--tpm] [--card] [--disk FILE | --empty] [--boot-stick FILE]   a new machine with a fresh disk;
                  --card: a USB card reader; "./dev card serve --vsc artifacts/image/machine/card …" lays cards on it
again [--no-boot-stick]   starts the same machine and disk once more (after stop or power), without the stick it started from
wait TEXT [SEC]   until the console prints TEXT; tells how long it took
shot FILE         what the screen shows (.png or .ppm)
tap X Y           a tap on the screen, in pixels
shell COMMAND [S] runs it as root (vm and bench profiles only); prints its output, exits with its code
stick FILE...     plugs in a FAT stick with these files; "stick --out" pulls it, "stick --read DIR" pulls it and copies its files
enroll            a key at the first start, then the loader's "Enroll Secure Boot keys: auto" (product; the others do it by themselves)
unplug ccid       takes the card reader away, until the machine is started again
power             the power cut: SIGKILL
stop              ends the machine
state             what is known of the machine
"""
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
OUT = pathlib.Path(os.environ.get("KIOSK_IMAGE_OUT", HERE.parent.parent / "artifacts/image"))
HOME = pathlib.Path(os.environ.get("KIOSK_VM", OUT / "machine"))
WIDTH, HEIGHT = 1280, 800


def fail(text):
    print(f"vm: {text}", file=sys.stderr)
    sys.exit(1)


def state(**new):
    file = HOME / "state.json"
    now = json.loads(file.read_text()) if file.exists() else {}
    if new:
        now.update(new)
        file.write_text(json.dumps(now, indent=1))
    return now


def running():
    try:
        pid = int((HOME / "pid").read_text())
        os.kill(pid, 0)
        return pid
    except (OSError, ValueError):
        return None


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def accelerator():
    """KVM is probed by use: where it is nested, it may be there and yet not run the firmware."""
    if os.environ.get("KIOSK_VM_ACCEL"):
        return os.environ["KIOSK_VM_ACCEL"]
    known = OUT / "vm-accelerator"
    boot = pathlib.Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    if known.exists() and known.read_text().startswith(boot):
        return known.read_text().split()[1]
    accel = "tcg"
    if os.access("/dev/kvm", os.W_OK):
        probe = subprocess.Popen(
            ["qemu-system-x86_64", "-M", "q35", "-accel", "kvm", "-m", "256", "-display", "none", "-net", "none", "-serial", "stdio",
             "-drive", "if=pflash,format=raw,readonly=on,file=/usr/share/OVMF/OVMF_CODE_4M.fd"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        time.sleep(5)
        probe.kill()
        if b"BdsDxe" in probe.communicate()[0]:
            accel = "kvm"
    OUT.mkdir(parents=True, exist_ok=True)
    known.write_text(f"{boot} {accel}")
    return accel


def launch():
    s = state()
    accel = accelerator()
    command = ["qemu-system-x86_64"]
    command += ["-accel", "kvm", "-cpu", "host"] if accel == "kvm" else ["-accel", "tcg,thread=multi,tb-size=512", "-cpu", "max"]
    code = "/usr/share/OVMF/OVMF_CODE_4M.secboot.fd" if s["secure_boot"] else "/usr/share/OVMF/OVMF_CODE_4M.fd"
    command += ["-M", "q35,smm=on" if s["secure_boot"] else "q35", "-smp", "2", "-m", "3072"]
    if s["secure_boot"]:
        command += ["-global", "driver=cfi.pflash01,property=secure,value=on"]
    command += [
        "-drive", f"if=pflash,format=raw,readonly=on,file={code}", "-drive", f"if=pflash,format=raw,file={HOME}/vars.fd",
        # writeback, not unsafe: a flush of the guest is in the file when SIGKILL comes.
        "-drive", f"file={HOME}/disk.qcow2,if=virtio,format=qcow2,cache=writeback",
        "-display", "none", "-vga", "none", "-device", f"virtio-vga,xres={WIDTH},yres={HEIGHT}", "-device", "virtio-tablet-pci",
        "-netdev", f"user,id=n,hostfwd=tcp:127.0.0.1:{s['port']}-:8600", "-device", "virtio-net-pci,netdev=n",
        "-object", "rng-random,id=r,filename=/dev/urandom", "-device", "virtio-rng-pci,rng=r",
        "-chardev", f"socket,id=s0,path={HOME}/s0,server=on,wait=off,logfile={HOME}/console.log,logappend=on", "-serial", "chardev:s0",
        "-serial", f"unix:{HOME}/s1,server=on,wait=off", "-qmp", f"unix:{HOME}/qmp,server=on,wait=off",
        "-smbios", f"type=1,manufacturer=Kiosk,product=Test bench,serial=VM-1,uuid={s['uuid']}",
        "-global", "ICH9-LPC.noreboot=false", "-action", "watchdog=reset",
        "-audiodev", "none,id=sound", "-device", "intel-hda", "-device", "hda-output,audiodev=sound",
        "-device", "qemu-xhci,id=usb", "-rtc", "base=utc", "-daemonize", "-pidfile", f"{HOME}/pid",
    ]
    if s.get("card"):
        command += ["-chardev", f"socket,id=card,path={HOME}/card,server=on,wait=off", "-device", "usb-ccid,id=ccid",
                    "-device", "ccid-card-passthru,chardev=card,bus=ccid.0"]
    if s.get("tpm"):
        tpm = HOME / "tpm"
        tpm.mkdir(exist_ok=True)
        subprocess.run(["swtpm", "socket", "--tpm2", "--tpmstate", f"dir={tpm}", "--ctrl", f"type=unixio,path={HOME}/tpm.sock",
                        "--daemon", "--terminate"], check=True)
        command += ["-chardev", f"socket,id=tpm,path={HOME}/tpm.sock", "-tpmdev", "emulator,id=t,chardev=tpm", "-device", "tpm-crb,tpmdev=t"]
    if s.get("boot_stick"):
        command += ["-drive", f"if=none,id=boot,file={s['boot_stick']},format=raw,snapshot=on",
                    "-device", "usb-storage,bus=usb.0,drive=boot,removable=on,bootindex=1"]
    for socket_file in ("s0", "s1", "qmp", "card"):
        (HOME / socket_file).unlink(missing_ok=True)
    subprocess.run(command, check=True)
    log = HOME / "console.log"
    state(accel=accel, seen=log.stat().st_size if log.exists() else 0, began=time.time())
    print(f"started ({accel}); console in {log}")


def start(options):
    if running():
        fail("it runs already; stop it first")
    flags = {"--secure-boot": False, "--tpm": False, "--card": False, "--empty": False}
    values = {"--profile": "vm", "--version": (HERE.parent / "version").read_text().strip(), "--disk": "", "--boot-stick": ""}
    while options:
        option = options.pop(0)
        if option in flags:
            flags[option] = True
        elif option in values and options:
            values[option] = options.pop(0)
        else:
            fail(f"unknown option {option}")
    disk = pathlib.Path(values["--disk"] or OUT / values["--profile"] / values["--version"] / f"kiosk-{values['--version']}.img").resolve()
    packed = disk.with_name(disk.name + ".zst")
    if not flags["--empty"] and not disk.exists() and not packed.exists():
        fail(f"no {packed}: ./dev image --profile {values['--profile']}")
    shutil.rmtree(HOME, ignore_errors=True)
    HOME.mkdir(parents=True)
    if flags["--empty"]:
        subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", HOME / "disk.qcow2", "6G"], check=True)
    elif not disk.exists():
        # What is flashed is what is started: the packed image, spread into a sparse file.
        disk = HOME / "flashed.img"
        subprocess.run(["zstd", "-q", "-d", "--sparse", packed, "-o", disk], check=True)
    if not flags["--empty"]:
        subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", "-b", disk, "-F", "raw", HOME / "disk.qcow2", "6G"], check=True)
    shutil.copy("/usr/share/OVMF/OVMF_VARS_4M.fd", HOME / "vars.fd")
    state(secure_boot=flags["--secure-boot"], tpm=flags["--tpm"], card=flags["--card"], boot_stick=values["--boot-stick"],
          port=free_port(), uuid="6b696f73-6b00-4000-9000-00000000000a", profile=values["--profile"])
    launch()


def qmp(*commands):
    """Commands one after another; a number among them is a pause in seconds."""
    with socket.socket(socket.AF_UNIX) as s:
        s.connect(str(HOME / "qmp"))
        stream = s.makefile("rw")
        stream.readline()
        for command in ({"execute": "qmp_capabilities"}, *commands):
            if isinstance(command, (int, float)):
                time.sleep(command)
                continue
            stream.write(json.dumps(command) + "\n")
            stream.flush()
            while "return" not in (answer := json.loads(stream.readline())) and "error" not in answer:
                pass
            if "error" in answer:
                fail(answer["error"]["desc"])


def monitor(line):
    return {"execute": "human-monitor-command", "arguments": {"command-line": line}}


def plain(raw):
    return re.sub(rb"\x1b\[[0-9;?=]*[A-Za-z]|\x1b[()][A-Z0-9]|\r", b"", raw).decode(errors="replace")


def wait(text, seconds=900):
    log, seen, end = HOME / "console.log", state()["seen"], time.time() + float(seconds)
    while True:
        raw = log.read_bytes()[seen:] if log.exists() else b""
        if text.encode() in raw:
            at = raw.index(text.encode())
            state(seen=seen + at + len(text))
            line = plain(raw[raw.rfind(b"\n", 0, at) + 1:raw.find(b"\n", at) if b"\n" in raw[at:] else len(raw)])
            print(f"{time.time() - state()['began']:.0f} s after start: {line.strip()}")
            return
        last = "\n".join(plain(raw).splitlines()[-15:])
        if time.time() > end:
            fail(f"the console did not print '{text}' in {seconds} s; its end:\n{last}")
        if not running():
            fail(f"the machine ended before '{text}'; the console's end:\n{last}")
        time.sleep(1)


def shell(command, seconds=300):
    with socket.socket(socket.AF_UNIX) as s:
        s.connect(str(HOME / "s1"))
        s.settimeout(1)
        # Split in the command, whole in the answer: the echo of the line is not taken for its end. A mark of its own, so that a
        # late answer to an earlier command is not taken for this one's.
        mark = os.urandom(4).hex()
        s.sendall(f"\necho BE''GIN{mark}; {{ {command}\n}} 2>&1; echo EN''D{mark}:$?:\n".encode())
        got, end = b"", time.time() + float(seconds)
        while not (found := re.search(rf"BEGIN{mark}\r?\n(.*?)END{mark}:(\d+):".encode(), got, re.DOTALL)):
            if time.time() > end:
                fail(f"no answer from the shell in {seconds} s:\n{plain(got)}")
            try:
                got += s.recv(65536)
            except TimeoutError:
                pass
        print(plain(found[1]).strip())
        return int(found[2])


def tap(x, y):
    def move(axis, value, size):
        return {"type": "abs", "data": {"axis": axis, "value": int(float(value) * 32767 / size)}}
    down, up = ({"execute": "input-send-event", "arguments": {"events": [{"type": "btn", "data": {"down": d, "button": "left"}}]}} for d in (True, False))
    qmp({"execute": "input-send-event", "arguments": {"events": [move("x", x, WIDTH), move("y", y, HEIGHT)]}}, 0.5, down, 0.3, up)


def enroll():
    """On a USB keyboard, again and again as a technician would: the loader looks for a key for a tenth of a second (systemd-boot)."""
    log, seen, end = HOME / "console.log", state()["seen"], time.time() + 300
    qmp({"execute": "device_add", "arguments": {"driver": "usb-kbd", "id": "keyboard", "bus": "usb.0"}})
    while b"Enroll Secure Boot keys" not in log.read_bytes()[seen:]:
        if time.time() > end:
            fail("the loader's menu did not come, or does not offer to enroll: was it the first start, with --secure-boot?")
        qmp(monitor("sendkey spc 60"), 0.12)
    qmp(1, monitor("sendkey down"), 1, monitor("sendkey down"), 1, monitor("sendkey ret"), 3,
        {"execute": "device_del", "arguments": {"id": "keyboard"}})


def pull_stick():
    if state().get("stick_in"):
        qmp({"execute": "device_del", "arguments": {"id": "stick"}}, 3, monitor("drive_del stick"), 1)
        state(stick_in=False)


def stick(files):
    image = HOME / "stick.vfat"
    pull_stick()
    if files == ["--out"]:
        return
    if files[:1] == ["--read"]:
        pathlib.Path(files[1]).mkdir(parents=True, exist_ok=True)
        subprocess.run(["mcopy", "-n", "-i", image, "::*", files[1]], check=True)
        return
    image.unlink(missing_ok=True)
    for file in files:
        os.path.isfile(file) or fail(f"no file {file}")
    size = sum(os.path.getsize(f) for f in files) // 1048576 * 11 // 10 + 64
    subprocess.run(["truncate", "-s", f"{size}M", image], check=True)
    subprocess.run(["mkfs.vfat", "-F", "32", "-n", "STICK", image], check=True, stdout=subprocess.DEVNULL)
    if files:
        subprocess.run(["mcopy", "-i", image, *files, "::"], check=True)
    qmp(monitor(f"drive_add 0 if=none,id=stick,file={image},format=raw"),
        {"execute": "device_add", "arguments": {"driver": "usb-storage", "id": "stick", "bus": "usb.0", "drive": "stick", "removable": True}})
    state(stick_in=True)


def end(how):
    pid = running()
    if pid is None:
        return
    os.kill(pid, how)
    for _ in range(100):
        if not running():
            break
        time.sleep(0.1)
    state(stick_in=False)


def main(arguments):
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(__doc__)
        return 0
    name, *rest = arguments
    if name == "start":
        start(rest)
    elif not HOME.exists():
        fail("no machine; start one")
    elif name == "again":
        if rest == ["--no-boot-stick"]:
            state(boot_stick="")
        launch()
    elif name == "state":
        print(json.dumps({**state(), "running": running() is not None}, indent=1))
    elif name in ("power", "stop"):
        end(signal.SIGKILL if name == "power" else signal.SIGTERM)
    elif running() is None:
        fail("the machine does not run; 'again' starts it once more")
    elif name == "wait":
        wait(*rest)
    elif name == "shot":
        qmp({"execute": "screendump", "arguments": {"filename": os.path.abspath(rest[0]), "format": "ppm" if rest[0].endswith(".ppm") else "png"}})
    elif name == "tap":
        tap(*rest)
    elif name == "shell":
        return shell(*rest)
    elif name == "stick":
        stick(rest)
    elif name == "enroll":
        enroll()
    elif name == "unplug":
        qmp({"execute": "device_del", "arguments": {"id": rest[0]}})
    else:
        fail(f"no command '{name}'; help")
    return 0


sys.exit(main(sys.argv[1:]))
