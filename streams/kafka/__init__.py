"""Everything that speaks the Kafka protocol."""
