"""A clerk at work: the docket of open cases, a sitting, and the verdicts that are kept."""
