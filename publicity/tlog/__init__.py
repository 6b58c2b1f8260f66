"""The transparency log as mathematics: proofs over an RFC 6962 tree, for whoever keeps it and whoever doubts it.

Pure: the standard library, ``cryptography`` and ``sampling`` only, so that a citizen's verifier imports with no
database installed.
"""
