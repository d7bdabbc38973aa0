"""Who did what with permissions and exports: written by itself, read by administrators, changed by nobody."""
