"""Compressed files, and UTF-16 text, unpacked into one that can be read as all others are."""

from __future__ import annotations

import bz2
import codecs
import gzip
import lzma
import tempfile
import zipfile
import zlib
from contextlib import ExitStack
from typing import IO, BinaryIO

from tui_nn.datasets.errors import DataError
from tui_nn.datasets.plain import listed, plain

Source = IO[bytes] | gzip.GzipFile | codecs.StreamRecoder
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
    with ExitStack() as leaving:
        leaving.callback(file.close)
        try:
            if (source := _source(file)) is not None:
                with source:
                    return _copied(source)
        except BROKEN as error:
            raise DataError(f"can't be unpacked: {plain(str(error))}") from None
        leaving.pop_all()
    file.seek(0)
    return file


def _source(file: BinaryIO) -> Source | None:
    """What reads from the file as if it were not packed; None if it is not."""
    file.seek(0)
    head = file.read(6)
    file.seek(0)
    if head.startswith(b"\x1f\x8b"):
        return gzip.open(file)
    if head.startswith(b"BZh"):
        return bz2.open(file)
    if head.startswith(b"\xfd7zXZ\0"):
        return lzma.open(file)
    if head.startswith(b"PK\x03\x04") and (name := _only_file(file)):
        return zipfile.ZipFile(file).open(name)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return codecs.EncodedFile(file, "utf-8", "utf-16")
    return None


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


def _copied(source: Source) -> BinaryIO:
    """All of it."""
    with ExitStack() as leaving:
        copy = leaving.enter_context(tempfile.TemporaryFile())
        while part := source.read(2**20):
            copy.write(part)
            if copy.tell() > MOST:
                raise DataError(f"more than {MOST / 2**30:g} GB when it is unpacked")
        copy.flush()
        leaving.pop_all()
        return copy
