"""Request and answer bodies, one module a resource: tables are not wire models, and nothing here decides anything."""
