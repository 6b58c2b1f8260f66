"""The security headers of every answer, and where answers are private."""

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
STAGE = "Double-Random-Stage"
"""Says on every answer of a demonstration or a rehearsal what it comes from; a real service does not send it."""
UNINDEXED = {"X-Robots-Tag": "noindex, nofollow, noarchive"}
"""What is no publication is in no index."""
PRIVATE = ("/api/", "/door/")
"""Answers under these are never stored by anybody."""
UNLISTED = "/door/"
"""Answers under this are in no index either, and its addresses in no log of ours."""
