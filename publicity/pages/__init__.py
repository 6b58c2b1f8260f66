"""What each public page says: one typed object a page, rendered as HTML or as JSON from the same value.

A page object holds finished public values and nothing else: templates run no query and decide nothing. Every field
here is public; what is not listed here is not shown (the test of the allow-list walks these classes). Dates are legal
dates in Asia/Shanghai; instants are aware datetimes, shown in Asia/Shanghai; money is integer fen.
"""
