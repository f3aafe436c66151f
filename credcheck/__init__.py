"""Show how much credit is left at every provider whose API you pay for."""

__version__ = "0.1.0"
ISSUES_URL = "https://github.com/credcheck/credcheck/issues"
# Set for the commands that a run starts, so that none of them starts credcheck again, without end.
INSIDE_VARIABLE = "CREDCHECK_INSIDE"
