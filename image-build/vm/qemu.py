"""QEMU's machine protocol (QMP): screen, touch, keyboard, USB."""
import json
import os
import pathlib
import socket
import struct
import subprocess
import time

from machine import CONSOLE, HEIGHT, HOME, WIDTH, fail, state


def qmp(*commands):
    """Runs the commands one after another; a number among them is a pause in seconds."""
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
    """A command of QEMU's own monitor, as a QMP command."""
    return {"execute": "human-monitor-command", "arguments": {"command-line": line}}


def shot(file):
    """Writes what the screen shows; file: .png or .ppm."""
    form = "ppm" if file.endswith(".ppm") else "png"
    qmp({"execute": "screendump", "arguments": {"filename": os.path.abspath(file), "format": form}})


def tap(x, y):
    """x, y: pixels."""
    def move(axis, value, size):
        return {"type": "abs", "data": {"axis": axis, "value": int(float(value) * 32767 / size)}}

    def send(*events):
        return {"execute": "input-send-event", "arguments": {"events": list(events)}}

    down, up = ({"type": "btn", "data": {"down": d, "button": "left"}} for d in (True, False))
    qmp(send(move("x", x, WIDTH), move("y", y, HEIGHT)), 0.5, send(down), 0.3, send(up))


def enroll():
    """Opens the boot loader's menu with a USB keyboard and chooses to enroll the keys. The space bar is pressed again and again, because
    systemd-boot looks for a key for a tenth of a second only."""
    seen, end = state()["seen"], time.time() + 300
    qmp({"execute": "device_add", "arguments": {"driver": "usb-kbd", "id": "keyboard", "bus": "usb.0"}})
    while b"Enroll Secure Boot keys" not in CONSOLE.read_bytes()[seen:]:
        if time.time() > end:
            fail("the boot loader's menu did not appear or does not offer to enroll keys (only at the first start, with --secure-boot)")
        qmp(monitor("sendkey spc 60"), 0.12)
    qmp(1, monitor("sendkey down"), 1, monitor("sendkey down"), 1, monitor("sendkey ret"), 3,
        {"execute": "device_del", "arguments": {"id": "keyboard"}})


def unplug(device):
    qmp({"execute": "device_del", "arguments": {"id": device}})


# What plug can plug in, with QEMU's driver and its properties. usb-net is a network adapter, for the test that refuses it.
USB = {"touch": {"driver": "usb-tablet"}, "keyboard": {"driver": "usb-kbd", "serial": "1"}, "mouse": {"driver": "usb-mouse"},
       "network": {"driver": "usb-net", "netdev": "usbnet"}, "reader": {"driver": "usb-ccid"}}


def plug(device):
    if device == "network":
        qmp({"execute": "netdev_add", "arguments": {"type": "user", "id": "usbnet"}})
    qmp({"execute": "device_add", "arguments": {"id": device, "bus": "usb.0", **USB[device]}})


def display(output, how):
    """output: 0 or 1; how: on or off. Only with --panel. The display is told to have no size, or its own, as VNC's SetDesktopSize
    (RFC 6143 and its extension 308); virtio-vga then plugs it out or in."""
    width, height = (WIDTH, HEIGHT) if how == "on" else (0, 0)
    with socket.socket(socket.AF_UNIX) as s:
        s.connect(str(HOME / f"vnc{output}"))

        def read(count):
            got = b""
            while len(got) < count:
                got += s.recv(count - len(got)) or fail("the VNC server has closed")
            return got

        read(12)
        s.sendall(b"RFB 003.008\n")
        read(read(1)[0])
        s.sendall(b"\x01")
        read(4)
        s.sendall(b"\x01")
        read(struct.unpack(">20xI", read(24))[0])
        s.sendall(struct.pack(">BxHi", 2, 1, -308))
        s.sendall(struct.pack(">BxHHBxIHHHHI", 251, width, height, 1, 0, 0, 0, width, height, 0))
        time.sleep(2)


def pull_stick():
    if state().get("stick_in"):
        qmp({"execute": "device_del", "arguments": {"id": "stick"}}, 3, monitor("drive_del stick"), 1)
        state(stick_in=False)


def stick(files):
    """Makes a FAT stick with these files and plugs it in; or ["--out"], or ["--read", folder]."""
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
        if not os.path.isfile(file):
            fail(f"no file {file}")
    # In MiB, with a tenth more for FAT's own tables.
    size = sum(os.path.getsize(f) for f in files) // 1048576 * 11 // 10 + 64
    subprocess.run(["truncate", "-s", f"{size}M", image], check=True)
    subprocess.run(["mkfs.vfat", "-F", "32", "-n", "STICK", image], check=True, stdout=subprocess.DEVNULL)
    if files:
        subprocess.run(["mcopy", "-i", image, *files, "::"], check=True)
    qmp(monitor(f"drive_add 0 if=none,id=stick,file={image},format=raw"),
        {"execute": "device_add",
         "arguments": {"driver": "usb-storage", "id": "stick", "bus": "usb.0", "drive": "stick", "removable": True}})
    state(stick_in=True)
