"""Write an example of `config.toml`, and open the file in the user's editor."""

import itertools
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from credcheck import providers
from credcheck.console import output
from credcheck.errors import UsageError
from credcheck.system import commands, files, signals, streams

# Those that a system chooses or a beginner can leave come first, as Debian's sensible-editor has them.
_EDITORS = ("sensible-editor", "editor", "nano", "vi")

_EXAMPLE = """\
# credcheck reads this file and never changes it. Remove the # in front of what you need.

# timeout = 10         # seconds for one account, everything included
# concurrency = 32     # accounts asked at a time
# warn_below = { USD = 5, credits = 100 }   # by unit: a balance below this is low (exit status 1)
# warn_days_left = 3   # an account that may be used up within so many days is low, too
# history = false      # keep no samples; there is no forecast then
# notify = { command = ["ntfy", "publish", "my-topic", "{message}"], again = "3d" }   # for `--notify`

# An account has the name of its provider (`credcheck providers` lists them), or a name of your own and a provider.
# Its key comes from one of api_key, api_key_env, api_key_file, api_key_command; from `credcheck login`;
# or from the provider's usual variable.

# [accounts.pixelcut]
# api_key_env = "PIXELCUT_API_KEY"
# warn_below = 100                                 # or "10%" of its total; wins over warn_below at the top
# tags = ["team-a", "prod"]                        # for `credcheck all --tag team-a`

# [accounts.pixelcut-work]
# provider = "pixelcut"
# api_key_command = ["pass", "show", "pixelcut"]   # run without a shell

# [accounts.fish-audio]
# api_key_file = "~/.secrets/fish-audio"
# check_free_credit = true                         # an option of this provider
# enabled = false                                  # left out of `credcheck all`

# [accounts.openai]
# api_key_env = "OPENAI_ADMIN_KEY"                 # OpenAI shows only what was spent
# budget = 50                                      # USD a month; the balance is what is left of it
"""


def write_example(path: Path) -> None:
    """Write the example; raises UsageError if the path exists."""
    if os.path.lexists(path):
        raise UsageError(f"{path} exists already and is left as it is; `credcheck config edit` opens it")
    files.write_new(path, _EXAMPLE)


def edit(path: Path, environment: Mapping[str, str]) -> None:
    """Open the file in the editor and wait, a missing file with the example in it; raises UsageError.

    The editor gets none of the variables that hold keys: its plug-ins could read them.
    """
    command = _editor(environment)
    if not os.path.lexists(path):
        write_example(path)
    harmless = commands.without_keys(environment, _key_variables(path))
    try:
        with signals.left_to_child():
            status = subprocess.run([*command, path], check=False, env=harmless).returncode  # noqa: S603  the user's own
    except OSError as problem:
        raise UsageError(
            f"{command[0]} cannot be run: {problem.strerror}; set VISUAL or EDITOR to your editor"
        ) from None
    if status:
        how = f"was ended by signal {-status}" if status < 0 else f"ended with status {status}"
        raise UsageError(f"{command[0]} {how}")


def _editor(environment: Mapping[str, str]) -> list[str]:
    chosen = environment.get("VISUAL", "").strip() or environment.get("EDITOR", "").strip()
    if not chosen and not (streams.is_terminal(0) and streams.is_terminal(1)):
        raise UsageError("without a terminal there is no editor; set EDITOR to a program, or open the file yourself")
    if not chosen:
        return [_installed_editor(environment)]
    try:
        return shlex.split(chosen)
    except ValueError:
        raise UsageError("VISUAL or EDITOR has a quote that is not closed; correct it") from None


def _installed_editor(environment: Mapping[str, str]) -> str:
    """Return an editor that is there, and name it: nobody chose it."""
    path = environment.get("PATH")
    name = next((each for each in _EDITORS if shutil.which(each, path=path)), _EDITORS[-1])
    ways_out = {"nano": "Ctrl-X leaves it", "vi": "`:q` leaves it"}
    output.tell(f"EDITOR is not set: opening {name} ({ways_out.get(name, 'if it is vi, `:q` leaves it')}).")
    return name


def _key_variables(path: Path) -> set[str]:
    """Return the providers' usual variables and those that the file names, even if the file is not valid."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        text = ""
    of_providers = itertools.chain.from_iterable(providers.variables().values())
    return {*of_providers, *re.findall(r"""_env\s*=\s*["'](\w+)["']""", text)}
