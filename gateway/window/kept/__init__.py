"""What a reader typed outlives what went wrong: a page after a post is kept and shown by a GET, a form that
met a lapsed session is kept until its writer has signed in again."""
