"""Files to take away: each works alone, from disk, with the network off."""
