"""The command tree as fish reads it: one line for each command, argument and option."""

from collections.abc import Iterator, Mapping

from completions.tree import Command, Option, Value


def parts(root: Command) -> Mapping[str, str]:
    """Return the parts that fill the template."""
    every = list(root.walk())
    return {
        "COMMANDS": " ".join("-".join(each.path) for each in every[1:]),
        "TAKE_VALUE": " ".join(
            dict.fromkeys(name for each in every for option in each.options if option.value for name in option.names)
        ),
        "LINES": "\n".join(line for each in every for line in _lines(each)),
    }


def _lines(command: Command) -> Iterator[str]:
    at = "-".join(command.path)
    for each in command.commands:
        yield f"complete -c credcheck -n '__credcheck_at {at} 0' -a {each.name} -d {_quoted(each.summary)}"
    for place, argument in enumerate(command.arguments):
        where = at if argument.value.many else f"{at} {place}"
        yield f"complete -c credcheck -n '__credcheck_at {where}' {_taken(argument.value)}"
    for option in command.options:
        where = f"{at} 0" if option.first else at
        yield f"complete -c credcheck -n '__credcheck_at {where}' {_option(option)}"


def _option(option: Option) -> str:
    flags = [f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}" for name in option.names]
    value = "" if option.value is None else f" -r {_taken(option.value)}"
    return f"{' '.join(flags)}{value} -d {_quoted(option.help.rstrip('.'))}"


def _taken(value: Value) -> str:
    if "file" in value.kinds:
        return "-F"
    words = _words(value)
    return f"-f -a {words}" if words else "-f"


def _words(value: Value) -> str:
    if not value.kinds:
        return f"'{' '.join(_explained(word, value) for word in value.words)}'" if value.words else ""
    dots = ["..."] if value.many else []
    return f"'(__credcheck_words {' '.join([*dots, *value.tokens])})'"


def _explained(word: str, value: Value) -> str:
    # Without one of its own, fish gives each word the description of the option.
    return f'{word}\\t"{value.explained.get(word, "")}"'


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
