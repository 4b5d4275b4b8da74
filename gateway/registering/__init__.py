"""Programs that register themselves (RFC 7591) and keep their registration up to date (RFC 7592).

An administrator says once what a program may be: its organisation, kind, scopes, roles and regions, and
hands over a token that is good for one registration. The rest is between the program and `/oauth2/register`.
Must not widen what the token allows, and follows no address that a program names.
"""
