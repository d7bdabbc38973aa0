"""Writing, keeping and sending."""

urlpatterns = []
