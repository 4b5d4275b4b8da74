"""Facts that stop an upload."""

from kit.errors import Problem


class UnknownMaterial(Problem):
    code = "unknown_material"
    status = 422
    title_zh = "该事项没有这项材料"
    title_en = "This matter has no such material to upload"


class FileTypeNotAllowed(Problem):
    code = "file_type_not_allowed"
    status = 415
    title_zh = "只接受 PDF、PNG 或 JPEG 文件"
    title_en = "Only PDF, PNG and JPEG are taken, and the content must be what it says"
