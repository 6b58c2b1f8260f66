"""The draw protocol double-random/1: pure functions that anyone can recompute."""
