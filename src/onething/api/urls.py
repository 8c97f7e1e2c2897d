from django.urls import path

from onething.api.interface import api

urlpatterns = [path("v1/", api.urls)]
