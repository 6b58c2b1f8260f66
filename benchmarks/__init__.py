"""How fast, and how much memory: every figure a ratio within one run, held to a limit.

``python -m benchmarks`` runs all, ``python -m benchmarks choose replay`` some. Absolute seconds say more about the
machine than about the program; what is compared here ran on the same machine in the same minute.
"""
