"""What goes out about a document."""

from datetime import datetime
from uuid import UUID

from kit.schemas import Out


class DocumentView(Out):
    """An uploaded document; `digest` is SHA-256 in hex, sizes are bytes."""

    id: UUID
    material: str
    filename: str
    media_type: str
    size_bytes: int
    digest: str
    uploaded_at: datetime
