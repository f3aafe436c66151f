"""An account's name, as text for people shows it."""

from credcheck.sanitize import one_line

_LONGEST = 60


def shown_name(name: str, *, longest: int | None = _LONGEST) -> str:
    """Return a name on one harmless line; a longer one keeps its beginning and its end, which tell names apart."""
    line = one_line(name, longest=len(name) + 1)
    if longest is None or len(line) <= longest:
        return line
    half = (longest - 1) // 2
    return f"{line[:half]}…{line[-half:]}"
