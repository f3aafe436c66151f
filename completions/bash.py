"""The command tree as bash reads it: one case for each command."""

from collections.abc import Mapping

from completions.tree import Command, Value


def parts(root: Command) -> Mapping[str, str]:
    """Return the parts that fill the template."""
    return {
        "TREE": "\n".join(_case(command) for command in root.walk()),
    }


def _case(command: Command) -> str:
    settings = {
        "commands": [each.name for each in command.commands],
        "arguments": [_value(argument.value) for argument in command.arguments],
        "options": [
            name + ("=" + _value(option.value) if option.value else "")
            for option in command.options
            for name in option.names
            if not option.first
        ],
        "first": [name for option in command.options for name in option.names if option.first],
    }
    lines = [f"{name}='{' '.join(words)}'" for name, words in settings.items() if words]
    return "\n            ".join([f"        '{' '.join(command.path)}')", *lines, ";;"])


def _value(value: Value) -> str:
    return "|".join(value.tokens) + ("..." if value.many else "")
