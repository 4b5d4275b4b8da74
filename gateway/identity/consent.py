"""The page on which a person lets an app act for them. One form, no script.

It stands outside the window's templates because its content security policy must name the app's
address: browsers hold a form's redirect to `form-action`. Must not decide anything.
"""

from __future__ import annotations

from html import escape
from urllib.parse import urlsplit

from starlette.responses import HTMLResponse

from gateway.identity.authorize import Asked
from gateway.identity.sessions import Session

_ZH = {
    "title": "授权应用",
    "lead": "“{client}”请求以您（{name}）的名义使用一窗。",
    "scope": "它可以：",
    "where": "同意后将返回：{host}",
    "yes": "同意",
    "no": "不同意",
    "refused": "无法授权",
    "why": "该应用发来的请求有误，没有授予任何权限。请关闭本页并联系应用提供方。",
}
_EN = {
    "title": "Allow an app",
    "lead": "“{client}” asks to use Yichuang in your name ({name}).",
    "scope": "It may:",
    "where": "You will then return to: {host}",
    "yes": "Allow",
    "no": "Do not allow",
    "refused": "This cannot be allowed",
    "why": "The app sent a faulty request; nothing was granted. Close this page and tell its maker.",
}
SCOPES = {
    "cases": ("办理您的事项，查看进度", "Handle your matters and see their progress"),
    "profile": ("读取您的姓名", "Read your name"),
}
"""zh and en of what each scope means to a person."""


def consent_page(
    asked: Asked, session: Session, *, language: str, csrf: str, seal: str
) -> HTMLResponse:
    """Who asks, for what, and two buttons."""
    words, english = (_EN, True) if language.startswith("en") else (_ZH, False)
    client = asked.client.name_en if english else asked.client.name_zh
    host = urlsplit(asked.redirect_uri).netloc or urlsplit(asked.redirect_uri).scheme
    scopes = [SCOPES.get(name, (name, name))[english] for name in asked.scope.split()]
    fields = {**asked.parameters, "csrf_token": csrf, "seal": seal}
    hidden = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in fields.items()
    )
    lead = escape(words["lead"].format(client=client, name=session.name))
    body = (
        f"<h1 class='govuk-heading-l'>{escape(words['title'])}</h1>"
        f"<p class='govuk-body'>{lead}</p>"
        f"<p class='govuk-body'>{escape(words['scope'])}</p>"
        f"<ul class='govuk-list govuk-list--bullet'>"
        f"{''.join(f'<li>{escape(scope)}</li>' for scope in scopes)}</ul>"
        f"<p class='govuk-body'>{escape(words['where'].format(host=host))}</p>"
        f"<form method='post' action='/oauth2/authorize'>{hidden}<div class='govuk-button-group'>"
        f"<button class='govuk-button' name='decision' value='allow'>{words['yes']}</button>"
        f"<button class='govuk-button govuk-button--secondary' name='decision' value='deny'>"
        f"{words['no']}</button></div></form>"
    )
    return _page(words["title"], body, english=english, action=_source(asked.redirect_uri))


def refused_page(*, language: str, description: str) -> HTMLResponse:
    """Nothing to redirect to: the request does not prove whose it is."""
    words, english = (_EN, True) if language.startswith("en") else (_ZH, False)
    body = (
        f"<h1 class='govuk-heading-l'>{escape(words['refused'])}</h1>"
        f"<p class='govuk-body'>{escape(words['why'])}</p>"
        f"<p class='govuk-body-s'><code>{escape(description)}</code></p>"
    )
    return _page(words["refused"], body, english=english, action="", status=400)


def _source(redirect_uri: str) -> str:
    """The CSP source of an address: its origin, or the scheme of an app's own (`app.example:`). A policy
    has no way to write an IPv6 address, so `[::1]` is named by its scheme, too."""
    parts = urlsplit(redirect_uri)
    web = parts.scheme in ("http", "https") and "[" not in parts.netloc
    return f"{parts.scheme}://{parts.netloc}" if web else f"{parts.scheme}:"


def _page(title: str, body: str, *, english: bool, action: str, status: int = 200) -> HTMLResponse:
    policy = (
        f"default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self' {action};"
        " frame-ancestors 'none'; base-uri 'none'"
    )
    html = (
        f"<!DOCTYPE html><html lang='{'en' if english else 'zh-CN'}' class='govuk-template'><head>"
        f"<meta charset='utf-8'><title>{escape(title)} - {'Yichuang' if english else '一窗'}</title>"
        "<meta name='viewport' content='width=device-width, initial-scale=1'>"
        "<link rel='stylesheet' href='/static/window.css'></head>"
        "<body class='govuk-template__body'><div class='govuk-width-container'>"
        f"<main class='govuk-main-wrapper'>{body}</main></div></body></html>"
    )
    headers = {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",  # with none, a browser says Origin: null of our own form
        "Cache-Control": "no-store",
        "Content-Language": "en" if english else "zh-CN",
    }
    return HTMLResponse(html, status_code=status, headers=headers)
