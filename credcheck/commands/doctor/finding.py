"""A line of the report."""

from typing import NamedTuple

from credcheck.sanitize import one_line

_LONGEST_LINE = 300


class Finding(NamedTuple):
    """One line of the report: `good` is True, False, or None for a fact."""

    good: bool | None
    text: str

    def __str__(self) -> str:
        """Return the line, with a word for its sign."""
        sign = {True: "ok ", False: "BAD", None: "   "}[self.good]
        return f"  {sign}  {one_line(self.text, longest=_LONGEST_LINE)}\n"
