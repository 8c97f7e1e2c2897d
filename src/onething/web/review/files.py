"""Giving a reviewer the papers of an own task, inside the page and inert (files.responses says how)."""

from django.http import FileResponse, Http404
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from onething.cases.states import ItemState
from onething.dispatch.papers import materials_for, produced_for
from onething.files.responses import file_response
from onething.web.accounts.access import OfficerRequest, officer_required
from onething.web.review.frame import Role
from onething.web.review.task import note, open_item, refuse_access

__all__ = ["material", "produced"]


@require_safe
@officer_required(Role.REVIEWER)
@xframe_options_sameorigin
def material(request: OfficerRequest, number: str, material_id: int) -> FileResponse:
    """One material of this task. One that other items asked for is not there, and the try is written down."""
    item = open_item(request, number)
    found = item.case.materials.select_related("file").filter(pk=material_id).first()
    if found is None or found.file is None:
        raise Http404
    what = f"material {item.number} {found.pk}"
    own = item.key in found.items and materials_for(item, [found])
    if not own or item.item_state is ItemState.WAITING:
        refuse_access(request, item, what)
    note(request, item, what)
    return file_response(found.file, filename=found.file_name or found.name, inline=True)


@require_safe
@officer_required(Role.REVIEWER)
@xframe_options_sameorigin
def produced(request: OfficerRequest, number: str, document_id: int) -> FileResponse:
    """The result of an earlier item that this one asks for as a material."""
    item = open_item(request, number)
    found = next((one for one in produced_for(item) if one.pk == document_id), None)
    if found is None or item.item_state is ItemState.WAITING:
        raise Http404
    note(request, item, f"result {item.number} {found.number}")
    return file_response(found.file, filename=f"{found.name}.pdf", inline=True)
