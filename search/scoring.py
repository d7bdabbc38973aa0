"""Weights that every engine ranks with."""

# A word in the title counts once more, half as much.
TITLE_BOOST = 0.5
# Added for what is in the language of the interface: decides among equals.
OWN_LANGUAGE_BONUS = 1.0
