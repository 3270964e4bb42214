"""What a join would change, priced before it is made: from a pilot and every source by itself."""
