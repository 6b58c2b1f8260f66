"""The routes, one module a resource. A route reads or calls one command; it decides nothing."""
