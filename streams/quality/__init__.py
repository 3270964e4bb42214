"""How good a run's links are against the truth: for the command line and benches, never a stage."""
