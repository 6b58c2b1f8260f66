"""What the service writes about itself: one JSON object a line on standard output.

A traceback names places, never values: the variables of a command hold keys, secrets of a draw and personal data.
"""

import structlog


def configure_logs() -> None:
    """Set up logging for the process."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    )
