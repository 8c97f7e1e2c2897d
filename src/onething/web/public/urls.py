"""Addresses of the public face."""

from django.urls import path

from onething.web.public import (
    applying,
    cases,
    channels,
    check,
    choices,
    correcting,
    form,
    inbox,
    notices,
    papers,
    situation,
    verification,
    visits,
    zone,
)

app_name = "public"

urlpatterns = [
    path("", zone.home, name="home"),
    path("zone/", zone.home, name="zone"),
    path("search/", zone.search, name="search"),
    path("things/<slug:key>/", zone.guide, name="guide"),
    path("things/<slug:key>/start/", situation.start, name="start"),
    path("things/<slug:key>/items/<slug:item_key>/", zone.single_item, name="single_item"),
    # The situation: anybody, signed in or not.
    path("drafts/<int:draft_id>/", situation.resume, name="draft"),
    path("drafts/<int:draft_id>/place/", situation.place, name="place"),
    path("drafts/<int:draft_id>/questions/<slug:key>/", situation.question, name="question"),
    path("drafts/<int:draft_id>/questions/<slug:key>/consequence/", situation.preview, name="preview"),
    path("drafts/<int:draft_id>/questions/<slug:key>/unsure/", situation.unsure, name="unsure"),
    path("drafts/<int:draft_id>/questions/<slug:key>/of/<slug:instance>/", situation.question, name="question"),
    path(
        "drafts/<int:draft_id>/questions/<slug:key>/of/<slug:instance>/consequence/", situation.preview, name="preview"
    ),
    path("drafts/<int:draft_id>/questions/<slug:key>/of/<slug:instance>/unsure/", situation.unsure, name="unsure"),
    path("drafts/<int:draft_id>/answers/", situation.answers, name="answers"),
    path("drafts/<int:draft_id>/single/", situation.single, name="single"),
    path("drafts/<int:draft_id>/notice/", notices.draft_notice, name="draft_notice"),
    path("drafts/<int:draft_id>/items/", notices.items, name="items"),
    path("notices/<str:number>/", notices.stored_notice, name="notice"),
    path("notices/<str:number>/pdf/", notices.notice_pdf, name="notice_pdf"),
    # Applying: signed in.
    path("drafts/<int:draft_id>/tasks/", applying.tasks, name="tasks"),
    path("drafts/<int:draft_id>/keep/", applying.keep, name="keep"),
    path("drafts/<int:draft_id>/edition/", applying.edition, name="edition"),
    path("drafts/<int:draft_id>/delete/", applying.delete, name="delete_draft"),
    path("drafts/<int:draft_id>/form/<slug:section>/", form.section, name="section"),
    path("drafts/<int:draft_id>/form/<slug:section>/add/", form.add, name="add_instance"),
    path("drafts/<int:draft_id>/form/<slug:section>/remove/<slug:subject>/", form.remove, name="remove_instance"),
    path("drafts/<int:draft_id>/materials/", papers.materials, name="materials"),
    path("drafts/<int:draft_id>/materials/promise/", papers.promise, name="promise"),
    path("drafts/<int:draft_id>/materials/files/<int:material_id>/", papers.own_file, name="own_file"),
    path("drafts/<int:draft_id>/materials/files/<int:material_id>/small/", papers.own_thumbnail, name="own_thumbnail"),
    path("drafts/<int:draft_id>/check/", check.check, name="check"),
    # What became of it.
    path("mine/", cases.mine, name="mine"),
    path("messages/", inbox.inbox, name="inbox"),
    path("messages/channels/", channels.channels, name="channels"),
    path("messages/channels/<slug:key>/", channels.address, name="channel"),
    path("messages/channels/<slug:key>/code/", channels.code, name="channel_code"),
    path("messages/<int:message_id>/", inbox.open_message, name="message"),
    path("cases/<str:number>/", cases.case, name="case"),
    path("cases/<str:number>/papers/<int:material_id>/", cases.own_paper, name="own_paper"),
    path("cases/<str:number>/papers/<int:material_id>/picture/", cases.own_picture, name="own_picture"),
    path("cases/<str:number>/correction/<int:ordinal>/", correcting.correction, name="correction"),
    path("cases/<str:number>/visits/<int:ordinal>/", visits.visit, name="visit"),
    path("cases/<str:number>/visits/<int:ordinal>/sheet/", visits.sheet_pdf, name="visit_sheet"),
    path("cases/<str:number>/visits/<int:ordinal>/photos/<int:photo_id>/", visits.photo, name="visit_photo"),
    path("cases/<str:number>/receipt/", cases.receipt, name="receipt"),
    path("cases/<str:number>/receipt/pdf/", cases.receipt_pdf, name="receipt_pdf"),
    path("cases/<str:number>/choose/", choices.choose, name="choose"),
    path("cases/<str:number>/withdraw/", cases.withdraw, name="withdraw"),
    path("results/<int:document_id>/", cases.result, name="result"),
    path("documents/<int:document_id>/", cases.official, name="official"),
    path("verify/", verification.ask, name="verify"),
    path("verify/<str:code>/", verification.answer, name="verified"),
]
