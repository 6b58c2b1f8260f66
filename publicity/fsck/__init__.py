"""fsck: whether the database is what the log says. It reads, and changes nothing.

A consistent tree does not prove an honest database. So every entry is hashed again and the tree rebuilt; each fact and
each of its texts is compared with what its entry fixes; the facts are replayed into the state that they make, and that
state is compared with every table; each draw is drawn again; what is published is projected again. Whoever can write
the whole database can make all of this agree with a history of their own: only an older head, kept elsewhere, tells.
"""
