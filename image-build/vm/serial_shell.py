"""Runs commands on the root shell at the machine's second serial port (vm-shell.service).

A serial line can lose bytes, echoes what is sent and mixes in other output. So the guest keeps the output of a command in a file and
sends it in a frame, each line with the mark of this one command:

    @MARK begin
    @MARK data BASE64          any number of lines; none when the command printed nothing
    @MARK end EXIT SHA256      exit code of the command, digest of its output

An answer counts only when the digest fits, so an empty answer is known to be empty. When a frame is damaged, the kept output is asked
for again; the command is never run a second time.
"""
import base64
import hashlib
import os
import re
import shlex
import socket
import time

ATTEMPTS = 4
# Seconds of silence in the middle of a frame after which the frame is asked for again.
SILENCE = 5
# The whole line must fit into the guest's terminal buffer (Linux n_tty: 4,096 bytes).
LONGEST = 4000

FRAME = """
echo; echo "@$1 begin"
base64 "$f.out" | sed "s/^/@$1 data /"
echo "@$1 end $(cat "$f.exit" 2>/dev/null || echo none) $(sha256sum <"$f.out" | cut -c1-64)"
"""
RUN = """f=${{0%.sh}}
for old in "${{0%/*}}"/vm-shell.*; do [ "$old" = "$0" ] || rm -f "$old"; done
sh -c {command} >"$f.out" 2>&1 </dev/null
echo $? >"$f.exit"
""" + FRAME.replace("{", "{{").replace("}", "}}")
REPORT = 'f=${0%.sh}\n[ -e "$f.out" ] || { echo "@$1 gone"; exit 0; }\n' + FRAME


class NoAnswer(Exception):
    """The answer did not come, or did not come whole."""


class Damaged(Exception):
    """A frame came, but not as the guest sent it. The guest still has the output."""


class Garbled(Exception):
    """The guest did not receive the request whole and ran nothing."""


def request(mark, script):
    """One line for the guest's shell: it stores the script, checks its digest and runs it with the mark as its argument. A script that
    came damaged is replaced by one that says so.

    The line has no quotes and no braces: if its end is lost, the shell does not wait for a closing one. It names the mark only as the
    value of a variable, so the terminal's echo of the line never looks like an answer.
    """
    line = (f"m={mark}; s=$KIOSK_SHELL_DIR/run/vm-shell.$m.sh; echo {base64.b64encode(script.encode()).decode()}|base64 -d>$s; "
            f"echo {hashlib.sha256(script.encode()).hexdigest()} \\*$s|sha256sum -c --status||echo echo @$m garbled>$s; sh $s $m")
    if len(line) > LONGEST:
        raise NoAnswer("the command is too long for the serial line")
    # The first line break ends a line that an earlier request may have left unfinished.
    return f"\n{line}\n".encode()


def plain(raw):
    """Text of a terminal without escape sequences and carriage returns."""
    return re.sub(rb"\x1b\[[0-9;?=]*[A-Za-z]|\x1b[()][A-Z0-9]|\r", b"", raw).decode(errors="replace")


def parse(mark, received):
    """Exit code and output of the command; None while the end of its frame has not come. Raises Damaged, Garbled and NoAnswer."""
    data = []
    # What follows the last line break has not come whole yet.
    for line in plain(received).split("\n")[:-1]:
        found = re.search(rf"@{mark} (begin|data \S+|end \S+ [0-9a-f]{{64}}|garbled|gone)$", line)
        if not found:
            continue
        kind, *values = found[1].split()
        if kind == "begin":
            data = []
        elif kind == "data":
            data.append(values[0])
        elif kind == "garbled":
            raise Garbled
        elif kind == "gone":
            raise NoAnswer("the output is not in the guest any more; it was started again")
        else:
            return unpack(data, *values)
    return None


def unpack(data, code, digest):
    """data: the base64 lines of a frame."""
    try:
        output = base64.b64decode("".join(data), validate=True)
    except ValueError:
        raise Damaged("the answer was cut short or changed on the serial line") from None
    if hashlib.sha256(output).hexdigest() != digest:
        raise Damaged(f"the answer was cut short or changed on the serial line ({len(output)} bytes came)")
    if not code.isdigit():
        raise NoAnswer("the guest's shell ended before the command did")
    return int(code), output.decode(errors="replace")


class Exchange:
    """One command and its answer. send: takes bytes for the line. now: seconds of a clock that never goes back."""

    def __init__(self, send, command, now):
        self.mark = os.urandom(6).hex()
        self.send, self.script = send, RUN.format(command=shlex.quote(command))
        self.attempt, self.received, self.everything, self.last = 1, b"", b"", now
        self.send(request(self.mark, self.script))

    def take(self, block, now):
        """block: what came, empty when nothing did. Returns exit code and output once the answer is whole, else None."""
        if block:
            self.received, self.everything, self.last = self.received + block, self.everything + block, now
        try:
            # Silence in the middle of a frame: its end was lost.
            if not block and f"@{self.mark} ".encode() in self.received and now - self.last > SILENCE:
                raise Damaged("the end of the answer did not come")
            return parse(self.mark, self.received)
        except Garbled:
            self.again(self.script, "the guest did not receive the command whole", now)
        except Damaged as fault:
            self.again(REPORT, str(fault), now)
        return None

    def again(self, script, fault, now):
        if self.attempt == ATTEMPTS:
            raise NoAnswer(f"{fault}; {ATTEMPTS} attempts; received: {plain(self.everything)[-1000:]!r}")
        self.attempt, self.received, self.last = self.attempt + 1, b"", now
        self.send(request(self.mark, script))


def run(path, command, seconds=300):
    """Runs a command as root in the guest and returns its exit code and its output (standard output and error).

    path: Unix socket of the serial port. seconds: the longest wait. Raises NoAnswer, which names the command.
    """
    try:
        with socket.socket(socket.AF_UNIX) as serial:
            serial.connect(str(path))
            serial.settimeout(0.2)
            end = time.monotonic() + seconds
            exchange = Exchange(serial.sendall, command, time.monotonic())
            while time.monotonic() < end:
                try:
                    block = serial.recv(65536)
                    if not block:
                        raise NoAnswer("the machine closed the serial line")
                except TimeoutError:
                    block = b""
                answer = exchange.take(block, time.monotonic())
                if answer:
                    return answer
            raise NoAnswer(f"no answer within {seconds:g} s; received: {plain(exchange.everything)[-1000:]!r}")
    except (NoAnswer, OSError) as fault:
        raise NoAnswer(f"command '{command}': {fault}") from None
