"""Names 名称自主申报: parse, judge, reserve, suggest."""
