"""What somebody may take along, and how an account ends (个人信息保护法 arts. 15, 45, 47).

Two things that a person asks for themself: a copy of all that is held about them, and the end of the
account. Only pages offer them: an app that acts for a person may neither carry everything away nor close
the account. Must not decide what a service holds: each is asked as the person.
"""
