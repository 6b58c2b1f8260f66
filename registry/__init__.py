"""The record of truth: register, plans, draws, visits, findings, penalties, and the journal of every change."""
