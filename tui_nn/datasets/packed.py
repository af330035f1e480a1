"""Compressed files, and UTF-16 text, unpacked into one that can be read as all others are."""

from __future__ import annotations

import bz2
import codecs
import gzip
import lzma
import tempfile
import zipfile
import zlib
from typing import IO, BinaryIO

from tui_nn.datasets.errors import DataError
from tui_nn.datasets.plain import listed, plain

MOST = 2**33  # bytes that are copied; some files, and pipes, have no end, and the disk has
BROKEN = (
    EOFError,
    OSError,
    UnicodeError,
    lzma.LZMAError,
    zlib.error,
    zipfile.BadZipFile,
    RuntimeError,
)


def unpacked(file: BinaryIO) -> BinaryIO:
    """What a compressed file (gzip, bzip2, xz, or a zip of one file) or one of UTF-16 holds, in a
    temporary file, and the file is closed; any other as it is. Raises DataError."""
    file.seek(0)
    head = file.read(6)
    file.seek(0)
    try:
        if head.startswith(b"\x1f\x8b"):
            return _copied(gzip.open(file), file)
        if head.startswith(b"BZh"):
            return _copied(bz2.open(file), file)
        if head.startswith(b"\xfd7zXZ\0"):
            return _copied(lzma.open(file), file)
        if head.startswith(b"PK\x03\x04") and (name := _only_file(file)):
            return _copied(zipfile.ZipFile(file).open(name), file)
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return _copied(codecs.EncodedFile(file, "utf-8", "utf-16"), file)
    except BROKEN as error:
        raise DataError(f"can't be unpacked: {plain(str(error))}") from None
    file.seek(0)
    return file


def _only_file(file: BinaryIO) -> str:
    """The name of what a zip holds; "" if it is one of NumPy's or Excel's, or no zip at all."""
    try:
        names = [one.filename for one in zipfile.ZipFile(file).infolist() if not one.is_dir()]
    except zipfile.BadZipFile:
        return ""
    if any(name.endswith(".npy") or name == "[Content_Types].xml" for name in names):
        return ""
    names = [name for name in names if not name.startswith("__MACOSX/")]  # which macOS adds
    if len(names) != 1:
        raise DataError(f"is a zip of {len(names)} files, not one: {listed(names)}")
    return names[0]


def _copied(source: IO[bytes] | gzip.GzipFile | codecs.StreamRecoder, file: BinaryIO) -> BinaryIO:
    """All of the source, which is made of the file."""
    copy = tempfile.TemporaryFile()  # noqa: SIM115
    with file, source:
        while part := source.read(2**20):
            copy.write(part)
            if copy.tell() > MOST:
                raise DataError(f"more than {MOST / 2**30:g} GB when it is unpacked")
    copy.flush()
    return copy
