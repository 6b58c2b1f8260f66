"""The demonstration: plays the Shanxi 2020 case through the real service, over HTTP, with real roles.

Only the clock, the operators and the dice are invented, and the database is marked so that every page says so. All else
is what a bureau would do: each step is a request of the person whose step it is, with that person's key. The only thing
done outside HTTP is what a bureau does on the command line too: migrate, and add the first administrator.
"""
