"""From a path and a person to dates: pure reckoning, no writes."""
