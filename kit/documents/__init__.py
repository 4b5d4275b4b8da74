"""Documents that a case needs: uploaded, sniffed, kept with it. Any matter that names materials has them."""
