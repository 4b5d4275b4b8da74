"""The yearly assessment that a title has to pass (年度考核): report, score, grade, consequence."""
