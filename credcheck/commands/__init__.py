"""One file or folder a command: its options, what it does, and all that is its own."""
