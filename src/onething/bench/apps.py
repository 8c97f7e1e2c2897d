"""The bench as an application: only in a measured installation, never in one that serves people."""

from django.apps import AppConfig


class BenchConfig(AppConfig):
    name = "onething.bench"
    label = "bench"
