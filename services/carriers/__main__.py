"""`python -m services.carriers api|worker|migrate|seed|openapi`."""

if __name__ == "__main__":  # a process that opens files loads this too, and needs none of it
    from kit.cli import main
    from services.carriers.composition import SERVICE

    main(SERVICE)
