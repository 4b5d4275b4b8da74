"""What `docker-compose.yml` needs beside the image: secrets of its own and the database's roles."""
