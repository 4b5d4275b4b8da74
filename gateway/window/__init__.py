"""The window: server-rendered pages for people. It shows what the services say and sends what people
fill in; it holds no business rule, no table and no copy of a case."""
