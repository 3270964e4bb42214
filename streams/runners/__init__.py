"""What drives the stages: in one process, or on Kafka with Faust."""
