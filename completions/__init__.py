"""Completions and man page, made from the command tree: `python -m completions` writes them anew."""
