"""Clusters of a weighted graph: edges, components, their partition, who is in which."""
