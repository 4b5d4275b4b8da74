"""Facts that stop an upload. Their titles say what to do: they are read by whoever holds the file."""

from kit.errors import Problem


class UnknownMaterial(Problem):
    code = "unknown_material"
    status = 422
    title_zh = "该事项没有这项材料"
    title_en = "This matter has no such material to upload"


class FileTypeNotAllowed(Problem):
    code = "file_type_not_allowed"
    status = 415
    title_zh = "只接受 PDF、PNG 或 JPEG 文件，请另存为其中一种后再传"
    title_en = "Only PDF, PNG and JPEG are taken; save it as one of these and send it again"


class FileBroken(Problem):
    """The file does not open, holds nothing, or ends before its end."""

    code = "file_broken"
    status = 422
    title_zh = "文件打不开或不完整，请重新导出或拍照后再传"
    title_en = "The file does not open or is not whole; export or photograph it again"


class FileLocked(Problem):
    code = "file_locked"
    status = 422
    title_zh = "文件要密码才能打开，请去掉密码后再传"
    title_en = "The file needs a password; take it off and send it again"


class FileActive(Problem):
    """The PDF holds scripts, forms that send, or programs."""

    code = "file_active"
    status = 422
    title_zh = "文件里有脚本等会自己运行的内容，请用“打印为 PDF”另存后再传"
    title_en = "The file holds content that runs by itself; print it to a PDF and send that"


class FileTooComplex(Problem):
    """More than 300 pages, more than 64 million pixels, or not opened within the time that there is."""

    code = "file_too_complex"
    status = 422
    title_zh = "文件太大：PDF 最多 300 页，图片最多 6400 万像素，请分开或缩小后再传"
    title_en = (
        "Too much in one file: at most 300 pages or 64 million pixels; split it or make it smaller"
    )


class TooManyFiles(Problem):
    code = "too_many_files"
    status = 409
    title_zh = "这项材料最多 20 个文件，请先移除不要的"
    title_en = "At most 20 files for one material; remove one first"
