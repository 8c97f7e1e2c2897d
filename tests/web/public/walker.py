"""A visitor without script: follows links and sends forms as a browser would, and counts what each page asks the database."""

import io
from collections.abc import Mapping
from typing import Any
from urllib.parse import urldefrag

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image
from tests.cast import PLACE
from tests.web.public.page_reader import Form, Page, read

from onething.kit.identity import citizen_check_character

__all__ = ["DEATH", "NEWBORN", "RESTAURANT", "Walker", "citizen_number", "photo"]

NEWBORN = {
    "birth-place": "institution", "claim-time": "within-1-month", "parents-marital": "married", "parent-info": "both",
    "ethnicity-same": "same", "settle-with": "mother", "householder": "mother", "collector": "mother",
    "maternity-insured": "not-insured",
}  # fmt: skip
RESTAURANT = {
    "has-licence": "licence-none", "dishes": ["hot", "cold"], "online": "online-no", "area": "86",
    "gathering-place": "gathering-yes", "fire-route": "fire-commit", "decoration": "deco-small",
    "signboard": "sign-shop", "tobacco": "tobacco-no", "drain": "drain-shared", "eia": "eia-no", "agent": "self",
}  # fmt: skip

DEATH = {
    "domicile": "local", "death-kind": "hospital", "burial": "cremated", "pension-kind": "employee-retired",
    "medical-kind": "employee", "pay-to": "heir-account", "housing-fund": "10000", "other-heirs": "2",
    "lost-papers": ["none"], "licence": "yes", "welfare": ["none"], "estate-query": ["none"],
}  # fmt: skip


def citizen_number(first_17: str = "32120219920315002") -> str:
    """An identity number whose check character is wrong: demonstrations take no other."""
    signs = "0123456789X"
    return first_17 + signs[(signs.index(citizen_check_character(first_17)) + 1) % 11]


def photo(name: str = "照片.jpg", seed: int = 1) -> io.BytesIO:
    """A small photograph to hand in."""
    content = io.BytesIO()
    Image.new("RGB", (60 + seed, 40), (seed % 255, 120, 90)).save(content, "JPEG")
    content.seek(0)
    content.name = name
    return content


class Walker:
    """One person at one browser."""

    def __init__(self) -> None:
        self.client = Client(enforce_csrf_checks=True)
        self.language = "zh-CN"
        self.page: Page
        self.queries = 0

    def get(self, path: str, status: int = 200) -> Page:
        return self._answer(self._counted("get", urldefrag(path).url), path, status)

    def send(
        self, form: Form, changes: Mapping[str, Any] | None = None, *, action: str = "", status: int = 200
    ) -> Page:
        data = {key: value for key, value in {**form.data, **(changes or {})}.items() if value is not None}
        path = action or form.action
        return self._answer(self._counted("post", path, data), path, status)

    def press(self, changes: Mapping[str, Any] | None = None, *, holding: str = "", status: int = 200) -> Page:
        """Fill the page's form and press its button."""
        return self.send(self.page.form(holding), changes, status=status)

    def _counted(self, method: str, path: str, data: Any = None) -> Any:
        with CaptureQueriesContext(connection) as captured:
            response = getattr(self.client, method)(path, data or {})
            while response.status_code in {301, 302}:
                path = urldefrag(response.headers["Location"]).url
                captured.__enter__()
                response = self.client.get(path)
        self.queries = len(
            [one for one in captured.captured_queries if not one["sql"].startswith(("SAVEPOINT", "RELEASE"))]
        )
        response.path_now = path
        return response

    def _answer(self, response: Any, path: str, status: int) -> Page:
        self.page = read(response, response.path_now)
        assert response.status_code == status, (path, response.status_code, self.page.title, self.page.errors)
        self.page.check_frame(self.language)
        return self.page

    def download(self, path: str, status: int = 200) -> bytes:
        """The content behind a link."""
        response: Any = self.client.get(path)
        assert response.status_code == status, path
        content = response.getvalue() if response.streaming else response.content
        return bytes(content)

    # --- the journey ---------------------------------------------------------------------------------------------

    def begin(self, key: str) -> Page:
        self.get(f"/things/{key}/")
        return self.send(next(one for one in self.page.forms if one.action.endswith("/start/")))

    def tell(self, answers: Mapping[str, Any], default: int = -2) -> Page:
        """Choose the place and answer whatever is asked, until the notice."""
        if "place" in self.page.form("place").options if any("place" in f.options for f in self.page.forms) else False:
            self.press({"place": PLACE}, holding="place")
        while "/questions/" in self.page.path:
            key = self.page.path.rstrip("/").rsplit("/", 1)[-1]
            form = self.page.forms[0]
            name = f"q-{key}"
            chosen = answers.get(key) or form.options[name][default]
            self.send(form, {name: chosen})
        return self.page

    def sign_in(self, username: str) -> Page:
        """Choose a person of the demonstration on the page that asks for it."""
        assert "/accounts/" in self.page.path, self.page.path
        return self.press({"account": username})

    @property
    def draft(self) -> str:
        """The address of the draft on whose page the walker stands."""
        return "/".join(self.page.path.split("/")[:3]) + "/"
