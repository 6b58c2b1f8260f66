"""A draw's bundle checked offline: the archive, the draw recomputed, the log, what lies beside. Pure, as ``verify``."""
