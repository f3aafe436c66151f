"""Text in aligned columns, for lists."""

from collections.abc import Container, Sequence

from credcheck.system import streams


def cells(text: str) -> int:
    """Return how many columns of a terminal a text takes; characters of East Asia and emoji take two."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def _left(text: str, width: int) -> str:
    return text + " " * (width - cells(text))


def _right(text: str, width: int) -> str:
    return " " * (width - cells(text)) + text


def columns(rows: Sequence[Sequence[str]], *, right: Container[int] = ()) -> str:
    """Return the rows as lines, each column as wide as its widest cell; `right` are the columns of numbers.

    Characters that stdout cannot show are escaped before they are measured.
    """
    encoding = streams.encoding(1)
    rows = [[streams.printable(cell, encoding) for cell in row] for row in rows]
    widths = [max(map(cells, column)) for column in zip(*rows, strict=True)]
    justify = [_right if place in right else _left for place in range(len(widths))]
    return "".join(
        "  ".join(just(cell, width) for just, cell, width in zip(justify, row, widths, strict=True)).rstrip() + "\n"
        for row in rows
    )


def grid(words: Sequence[str], width: int) -> list[str]:
    """Return the words as lines, ordered down the columns, in as many columns as the width holds; at least one."""
    for count in range(len(words), 0, -1):
        height = -(-len(words) // count)
        stacks = [words[start : start + height] for start in range(0, len(words), height)]
        widths = [max(map(cells, stack)) for stack in stacks]
        if sum(widths) + 2 * (len(widths) - 1) <= width or count == 1:
            rows = [[stack[row] for stack in stacks if row < len(stack)] for row in range(height)]
            return ["  ".join(map(_left, row, widths)).rstrip() for row in rows]
    return []
