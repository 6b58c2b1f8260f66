"""Rehearsals (演练): the same service over a database of its own, with the register of the bureau as it is now.

The bureau's database is read and never written to. All that is new here is how a rehearsal begins; what happens in it
is done by the code of a draw, and the stage of its database (``registry.stages``) marks whatever comes out.
"""
