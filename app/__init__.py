"""The service at the edge: settings, clock, keys, database, who may do what, HTTP and the command line."""

__version__ = "0.1.0"
