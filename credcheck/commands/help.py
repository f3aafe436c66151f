"""`credcheck help`: the help of the program or of one command, and the pages on topics."""

import os
import re
from pathlib import Path
from typing import Annotated, Any

import typer

from credcheck.console.grammar import app
from credcheck.console.parameters import CHECK
from credcheck.errors import no_such
from credcheck.names import ALL, match
from credcheck.system import streams, terminal

_PAGES = Path(__file__).parent.parent / "help"
# Words that people look for, and the page that has them.
TOPICS_OF_WORDS = {
    **dict.fromkeys(("budget", "budgets", "prepaid", "spent", "costs", "windows", "limits"), "plans"),
    **dict.fromkeys(("thresholds", "threshold", "warn_below", "tags", "tag", "settings", "timeout"), "config"),
    **dict.fromkeys(("exit", "exit-status", "crontab", "systemd", "docker", "github", "actions", "quiet"), "cron"),
    **dict.fromkeys(("prometheus", "grafana", "nagios", "icinga", "notify", "notices", "slack"), "monitoring"),
    **dict.fromkeys(("formats", "format", "html", "tsv", "jq"), "json"),
    **dict.fromkeys(("forecast", "forecasts", "sqlite"), "history"),
}
# The width beyond which prose is hard to read.
_WIDEST = 100
# Of a block of code, as rich draws it.
_MARGINS = 2


@app.command("help")
def show_help(
    ctx: typer.Context,
    subject: Annotated[str | None, typer.Argument(metavar="COMMAND|TOPIC", help="Only this one.")] = None,
) -> int:
    """Show this help, the help of a command, or a page on a topic."""
    group = ctx.find_root()
    if subject is None:
        streams.deliver(terminal.fitted(f"{group.get_help()}\n{_contents()}", 1, os.environ))
        return 0
    commands, topics = getattr(group.command, "commands", {}), _topics()
    command = CHECK if subject.casefold() == ALL else match(subject, commands)
    topic = match(subject, topics)
    if command is None and topic is None and (word := match(subject, TOPICS_OF_WORDS)):
        topic = TOPICS_OF_WORDS[word]
    if command is None and topic is None:
        message = "there is no such command or topic (see `credcheck help`)"
        raise no_such(subject, message, [*commands, *topics, *TOPICS_OF_WORDS])
    width = terminal.of(1, os.environ).width if topic else None
    usage = _usage(group, commands[command], command, width and min(width, _WIDEST) - _MARGINS) if command else ""
    streams.deliver(_shown(topics[topic], usage) if topic else usage)
    return 0


def _topics() -> dict[str, Path]:
    return {page.stem: page for page in sorted(_PAGES.glob("*.md"))}


def _contents() -> str:
    """Return a list of the topics, each with the heading of its page."""
    lines = (f"  {name:<16} {_heading(page)}\n" for name, page in _topics().items())
    return f"\nTopics, for `credcheck help TOPIC`:\n{''.join(lines)}"


def _heading(page: Path) -> str:
    with page.open(encoding="utf-8") as file:
        return file.readline().removeprefix("# ").rstrip()


def _usage(group: Any, command: Any, name: str, width: int | None) -> str:
    context = command.context_class(command, info_name=name, parent=group, terminal_width=width)
    return f"{command.get_help(context)}\n"


def _shown(page: Path, usage: str) -> str:
    """Return a page, and the usage of the command of its name: drawn for a terminal, else as Markdown."""
    text = page.read_text(encoding="utf-8")
    if usage:
        text += f"\n## The command\n\n```text\n{usage}```\n"
    able = terminal.of(1, os.environ)
    if able.width is None:
        return text
    from credcheck.render import markdown

    links = re.sub(r"\[([^]]+)\]\(([a-z-]+)\.md\)", r"\1 (`credcheck help \2`)", text)
    return markdown.drawn(links, able._replace(width=min(able.width, _WIDEST)))
