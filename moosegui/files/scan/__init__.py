"""Files of scans: the table, the journal of an interrupted run, fitted lines."""
