"""Risk metrics, one file each: a question and how it is measured."""
