"""The parts that commands share: the grammar, their options, printing, and progress."""
