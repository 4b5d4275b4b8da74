"""What am I entitled to: each product's and subsidy's criteria, answered for one enterprise."""
