"""What authors see of their own stories."""

urlpatterns = []
