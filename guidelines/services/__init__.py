"""Writes around manuals: what changed, what readers say, who follows, who answers and when it was checked."""
