"""One file or folder a command: its options, its action and its own helpers."""
