"""What the admin shows of how manuals are kept up."""
