"""What moderators do."""

urlpatterns = []
