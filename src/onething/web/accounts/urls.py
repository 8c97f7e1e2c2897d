"""Addresses of signing in and out; the project mounts them under /accounts/."""

from django.urls import path

from onething.web.accounts import views

app_name = "accounts"

urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-out/", views.sign_out, name="sign_out"),
]
