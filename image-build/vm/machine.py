"""The machine in QEMU: where its files are, and how it starts and ends."""
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import time

BUILD = pathlib.Path(__file__).resolve().parent.parent
OUT = pathlib.Path(os.environ.get("KIOSK_IMAGE_OUT", BUILD.parent / "artifacts/image"))
HOME = pathlib.Path(os.environ.get("KIOSK_VM", OUT / "machine"))
CONSOLE = HOME / "console.log"
WIDTH, HEIGHT = 1280, 800


def fail(text):
    print(f"vm: {text}", file=sys.stderr)
    sys.exit(1)


def state(**new):
    """What is known of the machine, after storing the new values."""
    file = HOME / "state.json"
    now = json.loads(file.read_text()) if file.exists() else {}
    if new:
        now.update(new)
        file.write_text(json.dumps(now, indent=1))
    return now


def running():
    """Process id of QEMU; None when the machine does not run."""
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
    """kvm or tcg. KVM is tried with the firmware, because nested KVM can be present and still not run it. Kept until the next boot."""
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


def panel(s):
    """Display and touch panel. Only a VNC client can plug a display in or out, so with --panel each output has a VNC server."""
    size = f"xres={WIDTH},yres={HEIGHT}"
    if not s.get("panel"):
        return ["-display", "none", "-device", f"virtio-vga,{size}", "-device", "virtio-tablet-pci"]
    return ["-device", f"virtio-vga,id=gpu,max_outputs=2,{size}",
            "-vnc", f"unix:{HOME}/vnc0,display=gpu,head=0", "-vnc", f"unix:{HOME}/vnc1,display=gpu,head=1"]


def launch():
    """Starts QEMU as the state says, detached from this program."""
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
        # writeback, not unsafe: what the guest has flushed is in the file when SIGKILL comes.
        "-drive", f"file={HOME}/disk.qcow2,if=virtio,format=qcow2,cache=writeback",
        "-vga", "none", *panel(s),
        "-netdev", f"user,id=n,hostfwd=tcp:127.0.0.1:{s['port']}-:8600", "-device", "virtio-net-pci,netdev=n",
        "-object", "rng-random,id=r,filename=/dev/urandom", "-device", "virtio-rng-pci,rng=r",
        "-chardev", f"socket,id=s0,path={HOME}/s0,server=on,wait=off,logfile={CONSOLE},logappend=on", "-serial", "chardev:s0",
        "-serial", f"unix:{HOME}/s1,server=on,wait=off", "-qmp", f"unix:{HOME}/qmp,server=on,wait=off",
        "-smbios", f"type=1,manufacturer=Kiosk,product=Test bench,serial=VM-1,uuid={s['uuid']}",
        "-global", "ICH9-LPC.noreboot=false", "-action", "watchdog=reset",
        "-audiodev", "none,id=sound", "-device", "intel-hda", "-device", "hda-output,audiodev=sound",
        "-device", "qemu-xhci,id=usb", "-rtc", "base=utc", "-daemonize", "-pidfile", f"{HOME}/pid",
    ]
    if s.get("panel"):
        command += ["-device", "usb-tablet,id=touch,bus=usb.0"]
    if s.get("card"):
        command += ["-chardev", f"socket,id=card,path={HOME}/card,server=on,wait=off", "-device", "usb-ccid,id=ccid",
                    "-device", "ccid-card-passthru,chardev=card,bus=ccid.0"]
    if s.get("tpm"):
        tpm = HOME / "tpm"
        tpm.mkdir(exist_ok=True)
        subprocess.run(["swtpm", "socket", "--tpm2", "--tpmstate", f"dir={tpm}", "--ctrl", f"type=unixio,path={HOME}/tpm.sock",
                        "--daemon", "--terminate"], check=True)
        command += ["-chardev", f"socket,id=tpm,path={HOME}/tpm.sock", "-tpmdev", "emulator,id=t,chardev=tpm",
                    "-device", "tpm-crb,tpmdev=t"]
    if s.get("boot_stick"):
        command += ["-drive", f"if=none,id=boot,file={s['boot_stick']},format=raw,snapshot=on",
                    "-device", "usb-storage,bus=usb.0,drive=boot,removable=on,bootindex=1"]
    for socket_file in ("s0", "s1", "qmp", "card", "vnc0", "vnc1"):
        (HOME / socket_file).unlink(missing_ok=True)
    subprocess.run(command, check=True)
    state(accel=accel, seen=CONSOLE.stat().st_size if CONSOLE.exists() else 0, began=time.time())
    print(f"started ({accel}); console in {CONSOLE}")


def start(options):
    """A new machine with a fresh disk. options: as on the command line."""
    if running():
        fail("the machine runs already; stop it first")
    flags = {"--secure-boot": False, "--tpm": False, "--card": False, "--empty": False, "--panel": False}
    values = {"--profile": "vm", "--version": "", "--disk": "", "--boot-stick": ""}
    while options:
        option = options.pop(0)
        if option in flags:
            flags[option] = True
        elif option in values and options:
            values[option] = options.pop(0)
        else:
            fail(f"unknown option {option}")
    version = values["--version"] or subprocess.run([BUILD / "print-version.sh"], capture_output=True, text=True, check=True).stdout.strip()
    disk = pathlib.Path(values["--disk"] or OUT / values["--profile"] / version / f"kiosk-{version}.img").resolve()
    packed = disk.with_name(disk.name + ".zst")
    if not flags["--empty"] and not disk.exists() and not packed.exists():
        fail(f"no {packed}; build it: ./dev image --profile {values['--profile']} --version {version}")
    shutil.rmtree(HOME, ignore_errors=True)
    HOME.mkdir(parents=True)
    if flags["--empty"]:
        subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", HOME / "disk.qcow2", "6G"], check=True)
    elif not disk.exists():
        # The packed image is what a technician flashes; it is unpacked into a sparse file.
        disk = HOME / "flashed.img"
        subprocess.run(["zstd", "-q", "-d", "--sparse", packed, "-o", disk], check=True)
    if not flags["--empty"]:
        subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", "-b", disk, "-F", "raw", HOME / "disk.qcow2", "6G"], check=True)
    shutil.copy("/usr/share/OVMF/OVMF_VARS_4M.fd", HOME / "vars.fd")
    state(secure_boot=flags["--secure-boot"], tpm=flags["--tpm"], card=flags["--card"], panel=flags["--panel"],
          boot_stick=values["--boot-stick"],
          port=free_port(), uuid="6b696f73-6b00-4000-9000-00000000000a", profile=values["--profile"])
    launch()


def end(how):
    """how: the signal for QEMU; SIGKILL is a power cut."""
    pid = running()
    if pid is None:
        return
    os.kill(pid, how)
    for _ in range(100):
        if not running():
            break
        time.sleep(0.1)
    state(stick_in=False)
