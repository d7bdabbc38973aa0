"""What people fill in on their path."""
