"""What the admin shows of handbooks."""
