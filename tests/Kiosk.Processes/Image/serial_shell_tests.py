"""Tests of image-build/vm/serial_shell.py. The far end is a real /bin/sh on a pseudo terminal, as it is on the machine's serial port,
behind a line that can lose, change and add bytes. Run by SerialShellTests.cs."""
import base64
import hashlib
import json
import os
import pathlib
import pty
import socket
import subprocess
import sys
import tempfile
import threading
import unittest

sys.dont_write_bytecode = True
IMAGE = pathlib.Path(__file__).resolve().parents[3] / "image-build"
sys.path.insert(0, str(IMAGE / "vm"))
import serial_shell

MARK = "0123456789ab"


def frame(output, code=0, mark=MARK):
    data = base64.encodebytes(output).decode().splitlines()
    lines = [f"@{mark} begin", *(f"@{mark} data {part}" for part in data), f"@{mark} end {code} {hashlib.sha256(output).hexdigest()}"]
    return "".join(line + "\r\n" for line in lines).encode()


class ParsingOfAnswers(unittest.TestCase):
    def test_an_answer_with_its_exit_code(self):
        self.assertEqual((3, "one\ntwo\n"), serial_shell.parse(MARK, frame(b"one\ntwo\n", 3)))

    def test_an_empty_answer_is_an_answer(self):
        self.assertEqual((0, ""), serial_shell.parse(MARK, frame(b"")))

    def test_no_answer_is_not_an_empty_answer(self):
        for received in (b"", b"login noise\r\n", f"@{MARK} begin\r\n".encode(), frame(b"text")[:-3]):
            self.assertIsNone(serial_shell.parse(MARK, received))

    def test_an_answer_whose_content_was_lost_is_not_an_empty_answer(self):
        lines = frame(b"three lines\n" * 3).splitlines(keepends=True)
        with self.assertRaises(serial_shell.Damaged):
            serial_shell.parse(MARK, lines[0] + lines[-1])

    def test_any_lost_byte_of_the_content_is_noticed(self):
        whole = frame(b"a patient's receipt, number 1, of 12 December")
        begin, end = whole.index(b"data ") + 5, whole.index(b"\r\n", whole.index(b"data "))
        for lost in range(begin, end):
            with self.assertRaises(serial_shell.Damaged, msg=f"byte {lost}"):
                serial_shell.parse(MARK, whole[:lost] + whole[lost + 1:])

    def test_kernel_messages_between_the_lines_do_not_matter(self):
        noisy = b"[  12.3] usb 1-1: new device\r\n" + frame(b"text").replace(b"\r\n", b"\r\n[  12.4] random: crng init done\r\n")
        self.assertEqual((0, "text"), serial_shell.parse(MARK, noisy))

    def test_a_kernel_message_before_a_line_does_not_matter_and_one_within_it_is_noticed(self):
        whole = frame(b"text that is long enough")
        at = whole.index(b"@", 5)
        self.assertEqual((0, "text that is long enough"), serial_shell.parse(MARK, whole[:at] + b"[ 1.0] note " + whole[at:]))
        with self.assertRaises(serial_shell.Damaged):
            serial_shell.parse(MARK, whole[:at + 30] + b"[ 1.0] note " + whole[at + 30:])

    def test_escape_sequences_do_not_matter(self):
        self.assertEqual((0, "text"), serial_shell.parse(MARK, b"\x1b[0m\x1b(B" + frame(b"text").replace(b"@", b"\x1b[1m@")))

    def test_a_late_answer_to_an_earlier_command_does_not_count(self):
        earlier = frame(b"old", mark="ba9876543210")
        self.assertIsNone(serial_shell.parse(MARK, earlier))
        self.assertEqual((1, "new"), serial_shell.parse(MARK, earlier + frame(b"new", 1)))

    def test_the_frame_that_was_sent_again_counts(self):
        self.assertEqual((0, "text"), serial_shell.parse(MARK, frame(b"text")[:25] + b"\r\n" + frame(b"text")))

    def test_the_echo_of_a_request_is_not_an_answer(self):
        self.assertIsNone(serial_shell.parse(MARK, serial_shell.request(MARK, serial_shell.REPORT)))

    def test_a_request_whose_end_is_lost_leaves_no_open_quote(self):
        line = serial_shell.request(MARK, serial_shell.RUN.format(command="'echo \"text\"'")).decode().strip()
        for end in range(1, len(line), 5):
            said = subprocess.run(["/bin/sh", "-n", "-c", line[:end] + "\n\n"], capture_output=True, text=True).stderr
            self.assertNotIn("nterminated", said, line[:end][-40:])


class Line:
    """A serial port with /bin/sh behind it. change: takes each block from the guest and returns what arrives."""

    def __init__(self, change=lambda block: block, listen=True):
        self.home = tempfile.TemporaryDirectory()
        self.path, self.change = os.path.join(self.home.name, "s1"), change
        self.server = socket.socket(socket.AF_UNIX)
        self.server.bind(self.path)
        self.server.listen()
        os.mkdir(os.path.join(self.home.name, "run"))
        main, far = pty.openpty()
        self.shell = subprocess.Popen(["/bin/sh", "-i"], stdin=far, stdout=far, stderr=far, start_new_session=True,
                                      env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "PS1": "", "TERM": "dumb",
                                           "KIOSK_SHELL_DIR": self.home.name})
        os.close(far)
        self.main, self.listen, self.connection = main, listen, None
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        self.connection, _ = self.server.accept()
        connection = self.connection
        threading.Thread(target=self.to_guest, args=(connection,), daemon=True).start()
        try:
            while block := os.read(self.main, 65536):
                connection.sendall(self.change(block))
        except OSError:
            pass

    def to_guest(self, connection):
        try:
            while block := connection.recv(65536):
                if self.listen:
                    os.write(self.main, block)
        except OSError:
            pass

    def count(self):
        """How often the command that appends to this file was run."""
        file = pathlib.Path(self.home.name) / "count"
        return len(file.read_text()) if file.exists() else 0

    def run(self, command, seconds=20):
        return serial_shell.run(self.path, command, seconds)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.shell.kill()
        self.shell.wait()
        # shutdown ends the accept of the thread that still waits for a connection.
        self.server.shutdown(socket.SHUT_RDWR)
        self.server.close()
        if self.connection:
            self.connection.close()
        self.home.cleanup()


class Frames:
    """Passes the line on, and lets a fault happen to the first so many frames. A frame ends with its line "@… end"."""

    def __init__(self, fault, frames):
        self.fault, self.left, self.pending = fault, frames, b""

    def __call__(self, block):
        self.pending += block
        *lines, self.pending = self.pending.split(b"\n")
        arrives = b""
        for line in lines:
            arrives += self.fault(line + b"\n") if self.left > 0 else line + b"\n"
            self.left -= line.startswith(b"@") and b" end " in line
        return arrives


def lose(word):
    return lambda line: b"" if line.startswith(b"@") and f" {word} ".encode() in line else line


class CommandsOverALine(unittest.TestCase):
    def test_output_exit_code_and_quotes_come_through(self):
        with Line() as line:
            self.assertEqual((4, 'it\'s "quoted" $HOME \\n\n'), line.run("printf '%s\\n' 'it'\"'\"'s \"quoted\" $HOME \\n'; exit 4"))

    def test_standard_error_is_part_of_the_output(self):
        with Line() as line:
            code, output = line.run("ls /does-not-exist")
        self.assertNotEqual(0, code)
        self.assertIn("does-not-exist", output)

    def test_a_command_without_output(self):
        with Line() as line:
            self.assertEqual((0, ""), line.run("true"))

    def test_a_syntax_error_is_an_answer(self):
        with Line() as line:
            self.assertEqual(2, line.run("if then (")[0])

    def test_a_process_left_in_the_background_does_not_hold_the_answer(self):
        with Line() as line:
            self.assertEqual((0, ""), line.run("true && (sleep 30; echo late) &", 10))

    def test_a_long_answer_comes_whole(self):
        with Line() as line:
            self.assertEqual((0, "".join(f"{n}\n" for n in range(1, 20001))), line.run("seq 20000"))

    def test_an_answer_that_loses_its_content_is_sent_again_and_the_command_runs_once(self):
        with Line(Frames(lose("data"), 1)) as line:
            self.assertEqual((0, "three\nlines\nhere\n"), line.run(f"printf x >>{line.home.name}/count; printf 'three\\nlines\\nhere\\n'"))
            self.assertEqual(1, line.count())

    def test_an_answer_that_loses_its_end_is_sent_again(self):
        serial_shell.SILENCE, kept = 0.5, serial_shell.SILENCE
        try:
            with Line(Frames(lose("end"), 1)) as line:
                self.assertEqual((0, "text\n"), line.run(f"printf x >>{line.home.name}/count; echo text"))
                self.assertEqual(1, line.count())
        finally:
            serial_shell.SILENCE = kept

    def test_an_answer_that_is_damaged_each_time_is_an_error_that_names_the_command(self):
        with Line(Frames(lose("data"), 99)) as line:
            with self.assertRaisesRegex(serial_shell.NoAnswer, "cat /etc/hostname.*cut short or changed.*4 attempts"):
                line.run("cat /etc/hostname /etc/passwd")

    def test_a_guest_that_says_nothing_is_an_error_that_names_the_command(self):
        with Line(listen=False) as line:
            with self.assertRaisesRegex(serial_shell.NoAnswer, "command 'true': no answer within 1 s"):
                line.run("true", 1)

    def test_a_guest_that_echoes_and_does_not_answer_is_an_error(self):
        with Line() as line:
            with self.assertRaisesRegex(serial_shell.NoAnswer, "no answer within 1 s"):
                line.run("sleep 20", 1)

    def test_a_request_that_came_damaged_is_not_run_and_sent_again(self):
        sent = []
        exchange = serial_shell.Exchange(sent.append, "true", 0)
        self.assertIsNone(exchange.take(f"@{exchange.mark} garbled\r\n".encode(), 1))
        self.assertEqual(2, len(sent))
        self.assertEqual(sent[0], sent[1])
        with Line() as line, socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(10)
            connection.connect(line.path)
            connection.sendall(sent[0].replace(b"echo ", b"echo AAAA", 1))
            received = b""
            while f"@{exchange.mark} garbled\r\n".encode() not in received:
                received += connection.recv(4096)
            self.assertNotIn(b" begin", received)

    def test_after_a_restart_of_the_guest_nothing_is_run_again(self):
        sent = []
        exchange = serial_shell.Exchange(sent.append, "systemctl reboot", 0)
        exchange.take(f"@{exchange.mark} begin\r\n".encode(), 1)
        exchange.take(b"", 100)
        self.assertIn(base64.b64encode(serial_shell.REPORT.encode()), sent[1])
        with self.assertRaisesRegex(serial_shell.NoAnswer, "started again"):
            exchange.take(f"@{exchange.mark} gone\r\n".encode(), 101)


class CommandLine(unittest.TestCase):
    """vm.py shell, as people and the image tests call it. This process stands for the machine that runs."""

    def vm(self, line, *arguments):
        (pathlib.Path(line.home.name) / "pid").write_text(str(os.getpid()))
        return subprocess.run([sys.executable, IMAGE / "vm/vm.py", *arguments], env={**os.environ, "KIOSK_VM": line.home.name},
                              capture_output=True, text=True)

    def test_the_exit_code_of_the_command_is_told_apart_from_no_answer(self):
        with Line() as line:
            result = self.vm(line, "shell", "--json", "echo text; exit 1")
        self.assertEqual((0, {"exit": 1, "output": "text\n"}), (result.returncode, json.loads(result.stdout)))
        with Line(listen=False) as line:
            result = self.vm(line, "shell", "--json", "echo text", "1")
        self.assertEqual((1, ""), (result.returncode, result.stdout))
        self.assertIn("command 'echo text': no answer within 1 s", result.stderr)

    def test_by_hand_output_and_exit_code_are_those_of_the_command(self):
        with Line() as line:
            result = self.vm(line, "shell", "echo text; exit 7")
        self.assertEqual((7, "text\n"), (result.returncode, result.stdout))


if __name__ == "__main__":
    unittest.main()
