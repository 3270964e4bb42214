"""Record linkage and its price in privacy: pure functions, no Kafka, network, clock or chance."""
