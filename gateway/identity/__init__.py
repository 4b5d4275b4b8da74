"""Who somebody is: accounts, sessions, keys, tokens, OAuth 2.

Everything here answers "who is calling?"; it must never answer "may they?"
(that is each service's permission table).
"""
