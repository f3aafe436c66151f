"""Broken and hostile conditions with the results that credcheck must give, and guarantees that every run must keep.

How a row of the catalogue becomes a server, a run and assertions:

1. A row (`catalogue/row.py`) is a name, a behaviour and an outcome. A behaviour is a function that is given one
   exchange (`exchange.py`: the request, and a socket on which anything may be sent) and misbehaves. The outcome is an
   error's code, a balance as `=42`, or GOOD for the balance of the provider's recorded answer. `catalogue/` has a file
   for each kind of condition, and its list ROWS.
2. `FaultServer` (`server.py`) serves all rows on one port. The path of a request, /ROW/RUN.ACCOUNT/PROVIDER/..., says
   which behaviour answers it and in whose log it is kept. A condition that is there before any request, as a
   handshake that never ends, has a port of its own: a `Place` (`listeners.py`).
3. `everything` (`world.py`) starts them all. For each row and place there is an account at each provider that the row
   names: `base_url` leads to the row, and the key is made from the account's name and is no other account's.
4. Two runs of the installed program check all of these accounts at once (`conftest.py`, session fixtures), one as JSON
   and one as a table: five hundred rows, each at up to five providers, in a few seconds.
5. `test_catalogue.py` holds each result against its row: outcome, words of the message, number of requests, the key in
   its one header. `guarantees.py` holds each run to the guarantees: no key nor part of one in any output, no
   control character, no traceback, bounded memory, no file changed.

A condition that does not fit into one run with all others (proxies, environments, signals, key commands, files) has a
test of its own, by way of `front` (`conftest.py`): the program with a home of its own, whose runs keep the guarantees
too. Facts about providers are taken from `tests/recorded/` (`documents.py`).

README.md says how to add a condition.
"""
