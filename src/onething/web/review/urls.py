"""Addresses of departments, the lead, the coordinator and the issuing desk."""

from django.urls import path

from onething.web.review import (
    acts,
    clock,
    documents,
    duplicates,
    files,
    finding_acts,
    handovers,
    lead,
    originals,
    preliminary,
    results,
    rounds,
    second_acts,
    spot,
    supervision,
    task_page,
    unrouted,
    worklist,
)
from onething.web.review.visit_urls import VISITS

app_name = "review"

ACTS = ("accept", "grant", "finish", "refuse", "not-accept", "not-required", "return")

urlpatterns = [
    path("", worklist.home, name="home"),
    path("claim/", worklist.claim, name="claim"),
    path("next/", worklist.take_next, name="next"),
    path("done/", results.decided, name="done"),
    path("tasks/<str:number>/", task_page.task, name="task"),
    *[path(f"tasks/<str:number>/{name}/", acts.act, {"name": name}, name=name) for name in ACTS],
    *[
        path(f"tasks/<str:number>/{name}/", acts.take, {"name": name}, name=f"{name}-one")
        for name in ("claim", "release")
    ],
    path("tasks/<str:number>/clock/", clock.clock, name="clock"),
    path("clocks/", clock.clocks, name="clocks"),
    path("tasks/<str:number>/save/", acts.save, name="save"),
    path("tasks/<str:number>/undo/", acts.undo, name="undo"),
    path("tasks/<str:number>/confirm/", second_acts.confirm, name="confirm"),
    path("tasks/<str:number>/send-back/", second_acts.send_back, name="send_back"),
    path("tasks/<str:number>/take-back/", second_acts.take_back, name="take_back"),
    path("tasks/<str:number>/originals/", originals.originals, name="originals"),
    path("tasks/<str:number>/finding/", finding_acts.enter, name="finding"),
    path("tasks/<str:number>/finding/<int:finding_id>/back/", finding_acts.take_back, name="finding_back"),
    path("tasks/<str:number>/findings-done/", finding_acts.finish, name="findings_done"),
    path("approvals/", finding_acts.approvals, name="approvals"),
    path("tasks/<str:number>/show/", task_page.show_value, name="show"),
    path("tasks/<str:number>/materials/<int:material_id>/", files.material, name="material"),
    path("tasks/<str:number>/produced/<int:document_id>/", files.produced, name="produced"),
    path("lead/", lead.board, name="lead"),
    path("lead/punctuality/", supervision.punctuality, name="punctuality"),
    path("cases/<str:number>/", lead.case, name="case"),
    path("items/<str:number>/remind/", supervision.remind, name="remind"),
    path("items/<str:number>/escalate/", supervision.escalate, name="escalate"),
    path("cases/<str:number>/preliminary/", preliminary.review, name="preliminary"),
    path("duplicates/", duplicates.duplicates, name="duplicates"),
    path("cases/<str:number>/preliminary/spot/", spot.on_the_spot, name="preliminary_spot"),
    path("cases/<str:number>/preliminary/<int:material_id>/", preliminary.material, name="preliminary_material"),
    path("cases/<str:number>/corrections/", rounds.rounds, name="rounds"),
    *VISITS,
    path("unrouted/", unrouted.waiting, name="unrouted"),
    path("unrouted/<str:number>/", unrouted.send, name="send"),
    path("handovers/", handovers.handovers, name="handovers"),
    path("documents/<int:document_id>/", documents.download, name="document"),
    path("results/", results.issued, name="results"),
    path("results/<int:document_id>/file/", results.download, name="result_file"),
    path("results/<int:document_id>/handed-over/", results.handed_over, name="handed_over"),
]
