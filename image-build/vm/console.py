"""The machine's console: the first serial port, which QEMU writes into a file."""
import time

from machine import CONSOLE, fail, running, state
from serial_shell import plain


def wait(text, seconds=900):
    """Until the console prints the text, from where the last wait ended. Prints the line and how long after the start it came."""
    seen, end = state()["seen"], time.time() + float(seconds)
    while True:
        raw = CONSOLE.read_bytes()[seen:] if CONSOLE.exists() else b""
        at = raw.find(text.encode())
        if at >= 0:
            state(seen=seen + at + len(text.encode()))
            begin, stop = raw.rfind(b"\n", 0, at) + 1, raw.find(b"\n", at)
            line = plain(raw[begin:stop if stop >= 0 else len(raw)])
            print(f"{time.time() - state()['began']:.0f} s after start: {line.strip()}")
            return
        last = "\n".join(plain(raw).splitlines()[-15:])
        if time.time() > end:
            fail(f"the console did not print '{text}' in {seconds} s; its last lines:\n{last}")
        if not running():
            fail(f"the machine ended before the console printed '{text}'; its last lines:\n{last}")
        time.sleep(1)
