"""Samples of balances over time, and what they foretell."""
