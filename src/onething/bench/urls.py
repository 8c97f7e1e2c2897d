"""Every address of the product, and two pages with nothing in them: what any signed-in page costs at least."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from onething.config.urls import handler400, handler403, handler404, handler500
from onething.config.urls import urlpatterns as product
from onething.web.accounts.access import account_required

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


@account_required
def empty(request: HttpRequest) -> HttpResponse:
    """Session and account are read, nothing is drawn."""
    del request
    return HttpResponse("<!doctype html><title>empty</title>")


@account_required
def frame(request: HttpRequest) -> HttpResponse:
    """The frame that every page has, with nothing inside."""
    return render(request, "bench/frame.html")


urlpatterns = [path("bench/empty/", empty), path("bench/frame/", frame), *product]
