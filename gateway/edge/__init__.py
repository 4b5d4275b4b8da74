"""The edge: everything between a caller's socket and a service, as pure ASGI.

    protocol.py   bytes on the wire: header size, header time, trailers, smuggling
    envelope.py   every request and reply: ids, language, security headers, log line, last resort
    limiter.py    how often one caller may ask
    proxy.py      one request to one service and back, streaming both ways
    upstream.py   the only module that knows the HTTP client
    breaker.py    when to stop asking a service that does not answer
    paths.py, headers.py   pure decisions about paths and headers

It knows which path prefix belongs to which service and nothing else: no business noun, no
permission. Services verify tokens themselves; nothing that the edge adds is a proof of identity.
"""
