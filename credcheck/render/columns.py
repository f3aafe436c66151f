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


def grid(cells: Sequence[str], width: int) -> list[str]:
    """Return the cells as lines, ordered down the columns, in as many columns as the width holds; at least one."""
    for count in range(len(cells), 0, -1):
        height = -(-len(cells) // count)
        stacks = [cells[start : start + height] for start in range(0, len(cells), height)]
        widths = [max(map(len, stack)) for stack in stacks]
        if sum(widths) + 2 * (len(widths) - 1) <= width or count == 1:
            rows = [[stack[row] for stack in stacks if row < len(stack)] for row in range(height)]
            return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
    return []
