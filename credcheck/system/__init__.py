"""The operating system: files, streams, terminals, signals, and programs that are run."""
