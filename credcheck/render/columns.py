"""Text in aligned columns, for lists."""

from collections.abc import Container, Sequence


def columns(rows: Sequence[Sequence[str]], *, right: Container[int] = ()) -> str:
    """Return the rows as lines, each column as wide as its widest cell; `right` are the columns of numbers."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    justify = [str.rjust if place in right else str.ljust for place in range(len(widths))]
    return "".join(
        "  ".join(just(cell, width) for just, cell, width in zip(justify, row, widths, strict=True)).rstrip() + "\n"
        for row in rows
    )
