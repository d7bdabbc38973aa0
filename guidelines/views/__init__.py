"""What readers and owners do with manuals besides reading them."""
