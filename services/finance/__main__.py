"""`python -m services.finance api|worker|migrate|seed|openapi`."""

if __name__ == "__main__":  # a process that opens files loads this too, and needs none of it
    from kit.cli import main
    from services.finance.composition import SERVICE

    main(SERVICE)
