"""How quick the program is, in whole processes: `python -m tests.benchmark`. Figures are for people to judge."""
