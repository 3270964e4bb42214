"""A world measured beside the published figures it is calibrated to."""
