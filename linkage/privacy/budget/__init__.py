"""Both ledgers' rules: what may be spent, asked and published, and how noise is made."""
