"""What several benches, or several processes of one bench, need."""
