"""What the program says on a system that it does not run on."""

import subprocess
import sys

# Windows, as far as the program can tell, with no module that only Unix has.
ON_WINDOWS = """
import os, sys
import credcheck.__main__ as program
for name in ("fcntl", "pty", "pwd", "resource", "termios"):
    sys.modules[name] = None
os.name = "nt"
program.main()
"""


def test_on_windows_it_says_in_one_line_where_it_runs() -> None:
    done = subprocess.run([sys.executable, "-c", ON_WINDOWS, "all"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "credcheck runs on Linux, on macOS, and on Windows in WSL: install it there.\n"
