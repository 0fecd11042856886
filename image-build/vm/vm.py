"""The device image in QEMU, by hand and by the tests: ./dev image vm COMMAND (image-build/README.md shows a whole session).

start [--profile P] [--version V] [--secure-boot] [--tpm] [--card] [--panel] [--disk FILE | --empty] [--boot-stick FILE]
                  a new machine with a fresh disk; --card: with a USB card reader, in which
                  "./dev card serve --vsc artifacts/image/machine/card ..." places cards; --panel: with a USB touch panel
                  and two display outputs, for plug, unplug and display
again [--no-boot-stick]   starts the same machine with the same disk again (after stop or power)
wait TEXT [SEC]   waits until the console prints TEXT; prints how long after the start that was
shot FILE         writes what the screen shows (.png or .ppm)
tap X Y           taps on the screen, in pixels
shell [--json] COMMAND [SEC]   runs COMMAND as root (vm and bench profiles only); prints its output, exits with its exit code;
                  --json: prints exit code and output as JSON and exits with 0; without an answer the exit code is 1 in both cases
stick FILE...     plugs in a FAT stick with these files; "stick --out" unplugs it, "stick --read DIR" unplugs it and copies its files
enroll            enrolls the Secure Boot keys in the boot loader's menu at the first start (product; vm and bench do it by themselves)
unplug ccid       unplugs the card reader until the machine is started again
plug DEVICE       plugs in touch, keyboard, mouse, network or reader on USB; "unplug DEVICE" takes it out
display 0 off     switches a display off or on (with --panel); the second output is 1 and has no display at the start
power             cuts the power (SIGKILL)
stop              ends the machine
state             prints what is known of the machine
"""
import json
import signal
import sys

# No __pycache__ folders in the sources.
sys.dont_write_bytecode = True
import console
import machine
import qemu
import serial_shell


def shell(arguments):
    as_json = arguments[:1] == ["--json"]
    command, *seconds = arguments[as_json:]
    try:
        code, output = serial_shell.run(machine.HOME / "s1", command, *map(float, seconds))
    except serial_shell.NoAnswer as fault:
        machine.fail(str(fault))
    if as_json:
        print(json.dumps({"exit": code, "output": output}))
        return 0
    print(output.strip())
    return code


def main(arguments):
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(__doc__)
        return 0
    name, *rest = arguments
    if name == "start":
        machine.start(rest)
    elif not machine.HOME.exists():
        machine.fail("there is no machine; start one")
    elif name == "again":
        if rest == ["--no-boot-stick"]:
            machine.state(boot_stick="")
        machine.launch()
    elif name == "state":
        print(json.dumps({**machine.state(), "running": machine.running() is not None}, indent=1))
    elif name in ("power", "stop"):
        machine.end(signal.SIGKILL if name == "power" else signal.SIGTERM)
    elif machine.running() is None:
        machine.fail("the machine does not run; 'again' starts it again")
    elif name == "wait":
        console.wait(*rest)
    elif name == "shell":
        return shell(rest)
    elif name == "stick":
        qemu.stick(rest)
    elif name in ("shot", "tap", "enroll", "plug", "unplug", "display"):
        getattr(qemu, name)(*rest)
    else:
        machine.fail(f"no command '{name}'; help")
    return 0


sys.exit(main(sys.argv[1:]))
