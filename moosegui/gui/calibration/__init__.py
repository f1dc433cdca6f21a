"""Learning from the verdicts of the open session how far scans can be trusted."""
