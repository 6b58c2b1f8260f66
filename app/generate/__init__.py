"""A fictional province: rosters for tests, benchmarks and trying things out, each of them marked as fictional.

Everything is a function of the seed and the numbers asked for, so the same province can be had again anywhere. Nothing
here reads or writes the register.
"""
