"""People in the picture, and reports."""

from django.urls import path

from ..views import pictures, reports

urlpatterns = [
    path("photos/", pictures.portrayals, name="portrayals"),
    path("photos/<int:pk>/", pictures.portrayal, name="portrayal"),
    path("photos/<int:pk>/hide/", pictures.hide, name="portrayal_hide"),
    path("photos/<int:pk>/show/", pictures.show, name="portrayal_show"),
    path("photos/<int:pk>/take-out/", pictures.take_out, name="portrayal_take_out"),
    path("<int:pk>/report/", reports.report, name="report"),
    path("reports/", reports.reports, name="reports"),
    path("reports/<int:pk>/", reports.settle, name="report_settle"),
    path("reports/own/<int:pk>/", reports.own_report, name="own_report"),
]
