"""Partner banks: who offers which product where, and which of them an application goes to."""
