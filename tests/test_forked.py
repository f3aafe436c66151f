"""A run by a fork is the same as an ordinary start."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.forked import interpreter

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="a fork is used on Linux only")

TELLING = """
import gc, json, os, signal, sys, threading, time
os.write(2, b"to stderr")
print(json.dumps({
    "arguments": sys.argv,
    "path": sys.path,
    "name": __name__,
    "file": __file__,
    "environment": dict(os.environ),
    "noon": time.strftime("%H %Z", time.localtime(43200)),
    "folder": os.getcwd(),
    "stdin": sys.stdin.read(),
    "streams": [(s.encoding, s.errors, s.line_buffering, s.isatty()) for s in (sys.stdin, sys.stdout, sys.stderr)],
    "descriptors": [d for d in range(100) if os.path.exists(f"/proc/self/fd/{d}")],
    "signals": {str(number): str(signal.getsignal(number)) for number in signal.valid_signals()},
    "mask": [int(number) for number in signal.pthread_sigmask(signal.SIG_BLOCK, [])],
    "umask": os.umask(0),
    "threads": threading.active_count(),
    "collects": gc.isenabled(),
    "ours": [name for name in sys.modules if name.split(".")[0] in ("credcheck", "tests")],
}))
sys.exit(7)
"""


def test_a_fork_finds_all_that_an_ordinary_start_finds(tmp_path: Path) -> None:
    script = tmp_path / "telling.py"
    script.write_text(TELLING)
    command, environment = [str(script), "an argument", ""], {"LANG": "C.UTF-8", "TZ": "Asia/Tokyo", "A": "é"}
    umask = os.umask(0o027)
    fork = interpreter().run(command, given="given é", seconds=10, folder=tmp_path, environment=environment)
    start = subprocess.run(
        [sys.executable, *command],
        input="given é",
        capture_output=True,
        encoding="utf-8",
        check=False,
        cwd=tmp_path,
        env=environment,
    )
    os.umask(umask)
    assert json.loads(fork.out) == json.loads(start.stdout)
    assert (fork.status, fork.err) == (start.returncode, start.stderr) == (7, "to stderr")


def test_a_fork_that_ends_by_a_signal_or_not_in_time_says_so(tmp_path: Path) -> None:
    script = tmp_path / "ending.py"
    script.write_text(
        "import os, sys, time\nos.kill(os.getpid(), int(sys.argv[1]))\nprint('on', flush=True)\ntime.sleep(9)"
    )
    killed = interpreter().run([str(script), "9"], given="", seconds=10, folder=tmp_path, environment={})
    assert killed.status == -9
    with pytest.raises(subprocess.TimeoutExpired) as late:
        interpreter().run([str(script), "0"], given="", seconds=0.1, folder=tmp_path, environment={})
    assert "on" in str(late.value.stdout)
