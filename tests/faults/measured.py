"""Run a program and note its peak memory: `measured.py FILE PROGRAM ARGUMENTS...`.

A small process of its own, for a child's peak would begin with that of the tests' process.
"""

import resource
import subprocess
import sys
from pathlib import Path

if __name__ == "__main__":
    done = subprocess.run(sys.argv[2:], check=False)
    Path(sys.argv[1]).write_text(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss), encoding="ascii")
    sys.exit(done.returncode if done.returncode >= 0 else 128 - done.returncode)
