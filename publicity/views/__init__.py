"""From tables to page objects: each module reads what is public and nothing else."""
