"""住所变更登记: a company moves; its legal representative applies, an officer decides."""
