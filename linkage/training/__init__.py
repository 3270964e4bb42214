"""Training: material, blocking passes, the joint fit of kinds, and whether it is sound."""
