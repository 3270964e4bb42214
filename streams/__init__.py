"""The stream: synthetic events, stages, stores, runners, Kafka and the live page."""
