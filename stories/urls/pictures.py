"""People in the picture, and reports."""

urlpatterns = []
