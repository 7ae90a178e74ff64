"""In which language a request is answered, and whether a form comes from these pages."""

from urllib.parse import urlsplit

from fastapi import HTTPException, Request

from rag.types import Language
from ui.callers import own_hosts
from ui.rendering.staff import Reader
from ui.wording import LANGUAGE_COOKIE, choose_language


def reader_of(request: Request) -> Reader:
    """The language asked for in the address, which links keep, else the remembered one, else the browser's."""
    wished = request.query_params.get("lang", "")
    language = _spoken(wished, request.cookies.get(LANGUAGE_COOKIE, ""), request.headers.get("accept-language", ""))
    return Reader(language, kept=bool(wished))


def refuse_strangers(request: Request) -> None:
    """A form that another site sends is no wish of whoever is logged in. Raises HTTPException 403."""
    origin = request.headers.get("origin")
    if origin is not None and _host(origin) not in own_hosts(request.scope):
        raise HTTPException(
            403,
            "this form was sent by another site; open /staff and try there. Behind a proxy: it must pass on Host, or "
            "run on this machine and set X-Forwarded-Host",
        )


def _host(origin: str) -> str:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""


def _spoken(*wishes: str) -> Language:
    return "zh-TW" if choose_language(*wishes) == "zh-TW" else "en"
