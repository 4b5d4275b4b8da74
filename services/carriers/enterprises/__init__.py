"""Who is licensed, as far as this service needs to know: a copy kept by registration's events."""
