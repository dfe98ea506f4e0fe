"""The tables of the journal. Everything is written in transactions: after a crash each is there whole or not at all."""

APPLICATION = 0x68616D67  # "hamg": what tells this file from other databases
VERSION = 2
"""2: `contained` and `contained_tally`. The writer makes them in a journal of version 1; readers do without."""

CONTAINED = """
CREATE TABLE IF NOT EXISTS contained (  -- messages that a model was trained on
  mail TEXT NOT NULL,      -- which training mail: store.contained
  digest BLOB NOT NULL,
  label TEXT NOT NULL CHECK (label IN ('ham', 'spam')),
  PRIMARY KEY (mail, digest)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS contained_tally (  -- sum of those of `contained` that are learned now with that label
  mail TEXT PRIMARY KEY,
  features INTEGER NOT NULL,
  counts BLOB NOT NULL
);
"""

TABLES = (
    """
CREATE TABLE event (  -- who said what, when; never changed
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  at TEXT NOT NULL,        -- UTC
  who TEXT NOT NULL,
  action TEXT NOT NULL CHECK (action IN ('learn', 'forget', 'relabel')),
  label TEXT NOT NULL CHECK (label IN ('ham', 'spam')),
  model TEXT NOT NULL,     -- version of the model that was active
  digest BLOB NOT NULL     -- filter.digest
);
CREATE TABLE message (  -- what is learned now
  digest BLOB PRIMARY KEY,
  kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 3),  -- index in models.model.KINDS
  features INTEGER NOT NULL,                           -- FEATURES_VERSION
  slots BLOB NOT NULL                                  -- store.blob; no text of the message
);
CREATE TABLE pending (  -- learned or forgotten since `tally` was written
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 3),
  sign INTEGER NOT NULL CHECK (sign IN (-1, 1)),
  slots BLOB NOT NULL
);
CREATE TABLE tally (  -- sum of all that is no longer pending
  one INTEGER PRIMARY KEY CHECK (one = 1),
  features INTEGER NOT NULL,
  counts BLOB NOT NULL
);
"""
    + CONTAINED
)
