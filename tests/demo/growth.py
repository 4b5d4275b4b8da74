"""From a seat to a loan and back: a team moves in, becomes a company, borrows, fails, and the books balance.

Seven people and one bank. The bank is a program of its own (simulators/bank) that nobody here calls: it
reads the applications assigned to it and does what a bank does. Time is the sandbox's business clock.
"""

from tests.demo.books import Books
from tests.demo.loan import Loan
from tests.demo.scene import PEOPLE
from tests.demo.seat import INCUBATOR, Seat

__all__ = ["INCUBATOR", "PEOPLE", "Growth"]


class Growth(Seat, Loan, Books):
    """One play of the whole way."""

    def play(self) -> None:
        self.gather()
        tenancy = self.move_in()
        grant = self.grant_address(tenancy)
        uscc = self.open_company(grant)
        self.serve_and_graduate(tenancy, uscc)
        loan = self.borrow(uscc)
        self.fail(loan)
        self.compensate(loan)
        self.subsidise(uscc)
        self.balance()
