"""The schema of the history, as a list of changes."""

# Each takes the schema from the version of its place in the list to the next; one that was released is never changed.
# Moments are milliseconds since the epoch; amounts are text, to have exactly their digits.
MIGRATIONS = (
    """
CREATE TABLE series (
    id INTEGER PRIMARY KEY,
    account TEXT NOT NULL,
    provider TEXT NOT NULL,
    balance TEXT NOT NULL,
    unit TEXT NOT NULL,
    kind TEXT NOT NULL DEFAULT 'prepaid',
    place INTEGER NOT NULL DEFAULT 0,
    resets_at INTEGER,
    expires_at INTEGER,
    last_at INTEGER,
    last_amount TEXT,
    last_total TEXT,
    in_run INTEGER NOT NULL DEFAULT 0,
    UNIQUE (account, provider, balance, unit)
) STRICT;
CREATE TABLE sample (
    series INTEGER NOT NULL REFERENCES series ON DELETE CASCADE,
    at INTEGER NOT NULL,
    amount TEXT NOT NULL,
    total TEXT,
    PRIMARY KEY (series, at)
) STRICT, WITHOUT ROWID;
CREATE TABLE told (
    series INTEGER NOT NULL REFERENCES series ON DELETE CASCADE,
    day INTEGER NOT NULL,
    at INTEGER NOT NULL,
    amount TEXT NOT NULL,
    empty_low INTEGER NOT NULL,
    empty_high INTEGER NOT NULL,
    PRIMARY KEY (series, day)
) STRICT, WITHOUT ROWID;
CREATE TABLE status (
    channel TEXT NOT NULL,
    account TEXT NOT NULL,
    provider TEXT NOT NULL,
    status TEXT NOT NULL,
    code TEXT,
    suspected TEXT,
    told_at INTEGER NOT NULL,
    PRIMARY KEY (channel, account, provider)
) STRICT, WITHOUT ROWID;
CREATE TABLE upkeep (thinned_until INTEGER NOT NULL) STRICT;
INSERT INTO upkeep VALUES (0);
""",
    # A balance without a limit is kept as such. A reading tells which balances belong together, and what they were
    # read with. A claim keeps two runs from announcing the same change.
    """
ALTER TABLE series ADD COLUMN unlimited INTEGER NOT NULL DEFAULT 0;
CREATE TABLE reading (
    account TEXT NOT NULL,
    provider TEXT NOT NULL,
    at INTEGER NOT NULL,
    balances INTEGER NOT NULL,
    read_with TEXT NOT NULL,
    PRIMARY KEY (account, provider)
) STRICT, WITHOUT ROWID;
ALTER TABLE status ADD COLUMN claimed_until INTEGER NOT NULL DEFAULT 0;
ALTER TABLE upkeep ADD COLUMN salt TEXT NOT NULL DEFAULT '';
UPDATE upkeep SET salt = hex(randomblob(16));
""",
    # The provider may have refused calls whatever was left.
    """
ALTER TABLE reading ADD COLUMN refuses_calls INTEGER NOT NULL DEFAULT 0;
""",
    # Of an amount that was spent: since when.
    """
ALTER TABLE series ADD COLUMN period INTEGER;
ALTER TABLE sample ADD COLUMN period INTEGER;
""",
    # Each command of [notify] has its own statuses; those of before count for the first one that meets an account.
    """
UPDATE status SET channel = 'notify:' WHERE channel = 'notify';
""",
)
