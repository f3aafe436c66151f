"""The command of `[notify]`, and the places in it that may hold `{message}`."""

import re
from collections.abc import Sequence

from credcheck import validation
from credcheck.errors import ConfigError

MESSAGE, VARIABLE = "{message}", "CREDCHECK_MESSAGE"
# They run a word of which the message is a part, and a script that is the message itself.
_SHELLS = (
    r"(?:ba|da|z|fi|k|mk|a|c|tc|ya|rba|o|el)?sh|nu|xonsh|elvish|busybox|toybox|su|runuser|script"
    r"|[gmn]?awk|sed|expect|tclsh|sqlite3|emacs|vim?|nvim"
)
# They make one script of all their words, or run `#(…)` in any of them.
_JOINERS = r"ssh|mosh|rsh|watch|parallel|pwsh|powershell|cmd|eval|tmux|screen"
# They run a word only after an option that says so.
_INTERPRETERS = r"python|perl|ruby|node|deno|bun|php|lua|osascript|flock|emacsclient|psql|mysql|mariadb"
# They run the program that a further word names.
_WRAPPERS = (
    r"env|nice|ionice|nohup|setsid|timeout|stdbuf|time|sudo|doas|docker|podman|kubectl|systemd-run|flatpak-spawn|xargs"
)
# What makes the next word a script: `-c`, `-lc`, `-e`, `--eval`, `/c`.
_SCRIPT_FOLLOWS = r"-[A-Za-z]*[ceErR]|--?(?:command|eval|execute|init-command)|/[cCkK]"


def checked(value: object) -> tuple[str, ...]:
    """Return the words of a command; raises ConfigError if a program would run a part of `{message}` as a script.

    A message holds words of the provider, so a `$(…)` in it would be run by the shell.
    """
    command = validation.command(value)
    if any(_is_run(word, command[:place]) for place, word in enumerate(command)):
        raise ConfigError(
            f'{MESSAGE} inside a script would run what a provider writes: use "${VARIABLE}" there, or give {MESSAGE}'
            " as a word of its own after the script"
        )
    return command


def _is_run(word: str, before: Sequence[str]) -> bool:
    """Tell whether a word with the message is a script, or may be a part of one."""
    if MESSAGE not in word or not before:
        return False
    is_script = re.fullmatch(_SCRIPT_FOLLOWS, before[-1]) is not None
    is_wrapped = _is_program(before[0], _WRAPPERS)
    # `env -S` splits a word; a title may well be the name of a program.
    programs = [*before, *re.split(r"[\s'\"=]+", word.partition(MESSAGE)[0])] if is_wrapped else before
    return (
        ((word != MESSAGE or is_script) and any(_is_program(each, _SHELLS) for each in programs))
        or any(_is_program(each, _JOINERS) for each in (programs if is_wrapped else before[:1]))
        or (is_script and any(_is_program(each, _INTERPRETERS) for each in programs))
    )


def _is_program(word: str, names: str) -> bool:
    """Tell whether a word is one of these programs: with its folder, its version or its ending, too."""
    name = word.rpartition("/")[2].rpartition("\\")[2]
    return re.fullmatch(rf"(?:{names})[0-9.]*(?:\.exe)?", name, re.IGNORECASE) is not None
