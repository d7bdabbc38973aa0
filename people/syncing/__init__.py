"""Joiners, movers and leavers from a file of HR: read, compared, shown, and then done."""
