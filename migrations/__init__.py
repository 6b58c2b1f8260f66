"""Migrations: numbered, one chain for SQLite and PostgreSQL, forward only. A published fact is never rewritten."""
