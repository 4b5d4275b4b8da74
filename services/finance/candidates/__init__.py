"""The library of candidate enterprises (备选企业库): who may ask for a loan whose risk is shared."""
