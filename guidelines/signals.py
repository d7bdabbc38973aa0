"""What the handbook tells whoever listens."""

from django.dispatch import Signal

# Who answers for these live pages, or when they were checked, changed without their being published: ``page_ids``.
# What has none of its own below them goes along with it.
governance_changed = Signal()
