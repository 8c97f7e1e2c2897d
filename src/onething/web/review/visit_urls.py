"""Addresses of joint visits: the lead's pages and, in one folder, everything an inspector's device may keep."""

from django.urls import path

from onething.web.review import site, visits

__all__ = ["VISITS"]

VISITS = [
    path("cases/<str:number>/visits/new/", visits.arrange, name="visit_new"),
    # One scope for the worker that keeps the inspector's pages: nothing else of this face may be kept on a device.
    path("visits/", site.agenda, name="visits"),
    path("visits/worker.js", site.worker, name="visit_worker"),
    path("visits/<int:activity_id>/", visits.visit, name="visit"),
    path("visits/<int:activity_id>/sheet/", visits.sheet_pdf, name="visit_sheet"),
    path("visits/<int:activity_id>/<slug:what>/", visits.act, name="visit_act"),
    path("visits/site/<int:participation_id>/", site.site, name="site"),
    path("visits/site/<int:participation_id>/send/", site.send, name="site_send"),
    path("visits/site/<int:participation_id>/late/", site.late, name="site_late"),
    path("visits/site/<int:participation_id>/checklist/", site.checklist, name="site_checklist"),
    path("visits/site/<int:participation_id>/photos/<int:photo_id>/", site.photo, name="site_photo"),
]
