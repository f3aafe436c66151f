"""Notices of changes: which are worth one (pure), their words, and the user's command that sends them."""
