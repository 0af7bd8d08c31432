"""The service that answers: one that runs, or one that is started here and ends with this program."""

import atexit
import os
import re
import shutil
import subprocess
import sysconfig
import threading
import urllib.request
from collections import deque
from pathlib import Path
from urllib.parse import urlsplit

_USUAL = "127.0.0.1:5000"
# A service that does not say within this that it is alive is not there.
_FIRST_ANSWER_S = 5
# So long a service may take to begin, and to end.
_LONGEST_START_S = 60
_LONGEST_END_S = 10

_lock = threading.Lock()
_found = None
# Services on this machine are never behind a proxy, whatever the environment says.
_straight = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class NoService(RuntimeError):
    """No service answers, and none can be started."""


def address():
    """The address of the service, such as http://127.0.0.1:5000. It is looked for once."""
    global _found
    with _lock:
        if _found is None:
            _found = _named() or _running() or _started()
        return _found


def opened(url, timeout):
    """The answer to a request to the service; straight, where it is on this machine."""
    opener = _straight if is_here(url) else urllib.request.build_opener()
    return opener.open(url, timeout=timeout)


def is_here(url):
    """Whether an address is on this machine."""
    return urlsplit(url).hostname in ("localhost", "127.0.0.1", "::1")


def _named():
    """The one that somebody named. Where that is away, no other is asked in its place."""
    named = os.environ.get("MARKETPULSE_URL", "").strip().rstrip("/")
    if named and not _answers(named):
        raise NoService(f"no service answers at {named}, which MARKETPULSE_URL names")
    return named or None


def _running():
    listen = os.environ.get("MARKETPULSE_LISTEN", "").strip() or _USUAL
    at = f"http://{listen.replace('0.0.0.0', '127.0.0.1').replace('[::]', '[::1]')}"
    return at if not listen.endswith(":0") and _answers(at) else None


def _answers(at):
    try:
        with opened(f"{at}/healthz", _FIRST_ANSWER_S) as answer:
            return b'"status":"ok"' in answer.read()
    except (OSError, ValueError):
        return False


def _program():
    """The program of this package, or else any of its name."""
    found = shutil.which("marketpulse", path=sysconfig.get_path("scripts")) or shutil.which("marketpulse")
    if found is None:
        raise NoService("there is no program marketpulse; install this package from its wheel")
    return found


def _data_dir():
    """Where its store is, unless somebody said so: the same for every folder that a program is started in."""
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return str(Path(base) / "marketpulse")


def _started():
    environment = {"MARKETPULSE_DATA_DIR": _data_dir(), **os.environ}
    program = subprocess.Popen(
        [_program(), "serve"],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        # Ctrl-C is for the program that asked, which ends this one when it ends itself.
        start_new_session=True,
    )
    atexit.register(_stop, program)
    listening = _Listening(program)
    if not listening.wait(_LONGEST_START_S):
        _stop(program)
        raise NoService(f"no service could be started: {listening.said()}")
    return listening.at


class _Listening:
    """What a service says, read as long as it lives, until it says where it listens and afterwards."""

    def __init__(self, program):
        self.at = None
        self._lines = deque(maxlen=20)
        self._told = threading.Event()
        self._thread = threading.Thread(target=self._read, args=[program.stderr], daemon=True)
        self._thread.start()

    def _read(self, stderr):
        for line in stderr:
            self._lines.append(line)
            serving = re.search(r"serving (http://[^/\s\"]+)", line)
            if serving and self.at is None:
                self.at = serving[1]
                self._told.set()
        self._told.set()

    def wait(self, longest):
        self._told.wait(longest)
        return self.at is not None

    def said(self):
        return "".join(self._lines).strip() or "it said nothing"


def _stop(program):
    if program.poll() is None:
        program.terminate()
        try:
            program.wait(_LONGEST_END_S)
        except subprocess.TimeoutExpired:
            program.kill()
            program.wait()
