"""What supervisors see: the board of now, and reports over the past."""
