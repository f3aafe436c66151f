"""The options of a check: one table, from which Typer's options, the fast path and the completions are made.

Knows no Typer.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, get_args

from credcheck.console.parameters import chosen_format, read_as
from credcheck.errors import ConfigError, UsageError
from credcheck.models import NOTHING
from credcheck.names import Category
from credcheck.render import Order, View
from credcheck.render.formats import FORMATS
from credcheck.session import HistoryOptions

if TYPE_CHECKING:
    from credcheck.config import Filters
    from credcheck.models import Account, Threshold, Thresholds


class Option(NamedTuple):
    """An option: the name of its value, its words on the command line, and its help.

    `read` makes the value of a text, and raises ConfigError; an option without it is a flag. `choices` are the
    words that it takes. The values of one that is `repeated` are a list.
    """

    name: str
    words: tuple[str, ...]
    help: str
    read: Callable[[str], Any] | None = None
    metavar: str | None = None
    choices: Sequence[str] = ()
    repeated: bool = False


def _one_of(choices: Sequence[str]) -> Callable[[str], str]:
    def read(word: str) -> str:
        if word not in choices:
            raise ConfigError(f"must be one of {', '.join(choices)}")
        return word

    return read


TIMEOUT = Option(
    "timeout",
    ("--timeout",),
    "For one account, everything included; else as configured, or 10.",
    read_as("timeout"),
    metavar="SECONDS",
)
CONFIG_FILE = Option("config_file", ("--config",), "Read FILE instead of the usual config.toml.", str, metavar="FILE")
SORT = Option(
    "sort",
    ("--sort",),
    "Sort the results, the worst first, or the lowest balance of each unit; else as in the configuration.",
    _one_of(get_args(Order)),
    choices=get_args(Order),
)
LOW = Option("low", ("--low",), "Only low accounts; failed ones are left out.")
# For commands that check nothing.
LAST_LOW = Option("low", ("--low",), "Only accounts that were low when they were last read.")
# Which accounts, for every command that takes the names of several.
FILTER_OPTIONS = (
    Option(
        "tag",
        ("--tag",),
        "Only accounts with this tag of config.toml; repeated: with any of these tags.",
        str,
        metavar="TAG",
        repeated=True,
    ),
    Option(
        "category",
        ("--category",),
        f"Only accounts at providers of this category: {', '.join(get_args(Category))}; repeated: of any of these.",
        _one_of(get_args(Category)),
        metavar="CATEGORY",
        choices=get_args(Category),
        repeated=True,
    ),
)
# The options of every command that checks accounts.
CHECK_OPTIONS = (
    Option("as_json", ("--json",), "The same as --format json."),
    Option(
        "format_",
        ("--format",),
        "How to print, if not as a table; `value` is the bare number of one account.",
        _one_of(tuple(FORMATS)),
        choices=tuple(FORMATS),
    ),
    Option(
        "output",
        ("--output",),
        "Replace FILE atomically instead of printing; - prints.",
        str,
        metavar="FILE",
    ),
    Option("quiet", ("--quiet", "-q"), "Print only what is low or failed."),
    LOW,
    Option(
        "warn_below",
        ("--warn-below",),
        "The threshold for accounts that have no `warn_below`: a number, one for a unit (USD=5), or per cent of the"
        " total; one that names an account (pixelcut=0) wins over its own; may be repeated.",
        str,
        metavar="N|UNIT=N|NAME=N|N%",
        repeated=True,
    ),
    TIMEOUT,
    Option("no_progress", ("--no-progress",), "Do not show on a terminal how the answers come in."),
    SORT,
    Option(
        "label",
        ("--label",),
        "With --format prometheus: a label for every sample, to distinguish the users of a machine; may be repeated.",
        str,
        metavar="NAME=VALUE",
        repeated=True,
    ),
)
# Those of a check whose accounts have a history.
HISTORY_OPTIONS = (
    Option(
        "max_age",
        ("--max-age",),
        "Take an answer of the history that is younger than this, such as 10m; ask for the others only.",
        read_as("age"),
        metavar="TIME",
    ),
    Option(
        "stale_if_error",
        ("--stale-if-error",),
        "With --max-age: show the last answer, of any age, if a check fails.",
    ),
    Option("changes", ("--changes",), "Print only what has changed its status since the last check with --changes."),
    Option("notify", ("--notify",), "Run the command of [notify] in config.toml if a status has changed."),
    CONFIG_FILE,
    *FILTER_OPTIONS,
)


class CheckOptions(NamedTuple):
    """The values of CHECK_OPTIONS."""

    as_json: bool = False
    format_: str | None = None
    output: str | None = None
    quiet: bool = False
    low: bool = False
    warn_below: Sequence[str] | None = None
    timeout: float | None = None
    no_progress: bool = False
    sort: Order | None = None
    label: Sequence[str] | None = None

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> "CheckOptions":
        """Return the options among these values; `--output -` prints, as without it. Raises UsageError."""
        options = cls(**{name: values[name] for name in cls._fields if name in values})
        if options.output == "":  # of a shell's variable that is not set
            raise UsageError("--output is empty; name a file, or leave it out to print")
        return options._replace(output=None) if options.output == "-" else options

    def thresholds(
        self, accounts: "Sequence[Account]", defaults: "Mapping[str, Threshold]"
    ) -> "tuple[list[Account], Thresholds]":
        """Return the accounts, with the thresholds that name one, and those of the run with the usual ones.

        Raises UsageError.
        """
        from credcheck.config import thresholds
        from credcheck.models import Thresholds

        try:
            given = thresholds.from_command_line(list(self.warn_below or []))
        except ConfigError as problem:
            raise UsageError(f"--warn-below: {problem.message}") from None
        chosen, others = thresholds.naming_accounts(given, accounts)
        return chosen, Thresholds(others, defaults)

    def view(self, *, single: bool, remedy: str = "name one") -> View:
        """Return how the results are to be printed; raises UsageError for options that contradict each other.

        `remedy` ends the message about the format of one account for several.
        """
        name = chosen_format(self.format_, as_json=self.as_json)
        if FORMATS[name].for_one and not single:
            raise UsageError(f"--format {name} is the bare number of one account; {remedy}")
        if FORMATS[name].for_one and (self.quiet or self.low):
            raise UsageError(
                f"--format {name} always prints its number; leave out {'--low' if self.low else '--quiet'}"
            )
        may_choose = not FORMATS[name].always_prints
        return View(
            format=name,
            single=single,
            quiet=self.quiet and may_choose,
            low=self.low and may_choose,
            sort=self.sort,
            labels=self._labels(name),
        )

    def _labels(self, format_: str) -> Mapping[str, str]:
        if not self.label:
            return NOTHING
        if format_ != "prometheus":
            raise UsageError("--label needs --format prometheus")
        from credcheck.render import prometheus

        try:
            return prometheus.labels(self.label)
        except ConfigError as problem:
            raise UsageError(f"--label: {problem.message}") from None


class CheckRequest(NamedTuple):
    """A check as the command line asks for it: the names of the accounts and all options."""

    names: Sequence[str]
    options: CheckOptions
    history: HistoryOptions
    config_file: str | None
    filters: "Filters | None" = None

    @classmethod
    def of(cls, names: Sequence[str], values: Mapping[str, Any]) -> "CheckRequest":
        """Return the request with these values of the options, by their names."""
        history = HistoryOptions(**{name: values[name] for name in HistoryOptions._fields if name in values})
        return cls(list(names), CheckOptions.of(values), history, values.get("config_file"), filters_of(values))


def filters_of(values: Mapping[str, Any]) -> "Filters | None":
    """Return the values of FILTER_OPTIONS, None without any; raises UsageError for several tags in one."""
    tags, categories = values.get("tag") or (), values.get("category") or ()
    if any("," in tag for tag in tags):
        raise UsageError("--tag takes one tag; give the option twice for two: --tag a --tag b")
    if not tags and not categories:
        return None
    from credcheck.config import Filters

    return Filters(tags, categories)
