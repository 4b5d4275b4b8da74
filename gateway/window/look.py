"""Templates, and the headers that every page carries.

One Jinja environment per language, made once. Every variable is escaped; no page has an inline script or
style, so the content security policy allows only our own files.
"""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import ChainableUndefined, Environment, PackageLoader, PrefixLoader, select_autoescape
from markupsafe import Markup

from gateway.window import formats
from gateway.window.offices.naming import office_of
from gateway.window.wording import Language, catalogue, label

HERE = Path(__file__).parent
STATIC = HERE / "static"

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "frame-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-store",
}


@cache
def static_url(name: str) -> str:
    """The address of a static file, with a digest so that a new build is never hidden by a cache."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]
    return f"/static/{name}?v={digest}"


@cache
def environment(language: Language) -> Environment:
    """The templates in one language."""
    made = Environment(
        loader=PrefixLoader({"window": PackageLoader("gateway.window")}),
        autoescape=select_autoescape(["html", "svg"]),
        undefined=ChainableUndefined,  # replies may leave optional parts out
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.install_gettext_translations(catalogue(language), newstyle=True)  # type: ignore[attr-defined]
    made.globals.update(
        lang=language, static=static_url, office_of=lambda code: office_of(code, language)
    )
    made.filters.update(
        label=lambda text: label(language, text),
        day=lambda value: formats.day(language, value),
        moment=lambda value: formats.moment(language, value),
        law=lambda text: formats.law(language, text),
        yuan=lambda fen: formats.yuan(fen),
        number=lambda text: formats.number(text),
        percent=lambda fraction: formats.percent(fraction),
    )
    return made


def draw(language: Language, template: str, context: dict[str, Any]) -> Markup:
    """One page or fragment as HTML."""
    return Markup(environment(language).get_template(f"window/{template}").render(context))  # noqa: S704


__all__ = ["HEADERS", "STATIC", "draw", "environment", "static_url"]
