"""The one error of descriptions, before the file that it stands in is known."""


class WrongDescription(Exception):
    """A description cannot be used: the keys that lead to the place, and the problem."""

    def __init__(self, *keys: str, problem: str) -> None:
        super().__init__(problem)
        self.keys = keys
        self.problem = problem
