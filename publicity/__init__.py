"""What the public is shown, for how long, and the proof that it was not changed."""
