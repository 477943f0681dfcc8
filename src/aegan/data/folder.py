"""Images in a folder of the user's PNG and JPEG files."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from aegan.data.folder_split import FolderSplit, find_split, strip_split
from aegan.data.images import make_image_dataset
from aegan.data.pictures import PictureDecoder, check_equal
from aegan.data.raw_dataset import NO_LABELS, DataOutline, Labels, RawDataset, encode_labels
from aegan.errors import InputError
from aegan.option_types import Side


@dataclass(frozen=True, kw_only=True)
class Folder:
    """A folder of PNG and JPEG files of 8 bits per channel; its subfolders, if any, are the labels.

    A folder with one subfolder for training (train) and one for testing (test, val or validation) has this split.
    Hidden files are left out; any other file must be an image. The camera's orientation (EXIF) is applied, and
    transparency is composited on black. Links are followed to files in the folder or in the working folder.

    Args:
        path: the folder.
        size: [H, W] to resize to; absent, all images must have the same size.
        resize: crop (fill the size and cut the excess on both sides), pad (fit into the size, with black bars) or
            stretch.
        mode: auto (as in the files, which must be all grey or all colour), grey or rgb.
    """

    path: Path
    size: tuple[Side, Side] | None = None
    resize: Literal["crop", "pad", "stretch"] = "crop"
    mode: Literal["auto", "grey", "rgb"] = "auto"

    def list_files(self) -> list[Path]:
        """List all files in the folder and its subfolders that are not hidden, sorted; linked subfolders are followed.

        Raises:
            InputError: a subfolder cannot be read, or is linked to twice.
        """
        return sorted(file for file in self._walk() if not _is_hidden(file.relative_to(self.path)))

    def outline(self, files: Sequence[Path] = ()) -> DataOutline:
        """Return the number of files, the split if there is one, and whether subfolders are labels.

        Raises:
            InputError: only some files are in subfolders.
        """
        shape = (3 if self.mode == "rgb" else 1, *(self.size or (1, 1)))
        sized = self.size is not None and self.mode != "auto"
        if not files:
            return DataOutline(shape, sized=sized)
        split = self.find_split(files)
        labelled = bool(self.read_labels(files).classes)
        return DataOutline(shape, labelled, len(files), split and split.train_count, sized=sized)

    def load(self, files: Sequence[Path]) -> RawDataset:
        """Load the images of `files` as uint8 (N, H, W, C) with labels (N,): train images first, if there is a split.

        Raises:
            InputError: there are no files, one is unreadable, or they differ in size, channels or depth of folder.
        """
        self._check_not_empty(files)
        split = self.find_split(files)
        if split:
            files = [files[row] for row in split.order]
        labels = self.read_labels(files)
        images, remarks = self.read_images(files)
        remarks = (*self.remark_left_out(split), *remarks)
        return make_image_dataset(self.path, images, labels, split and split.train_count, remarks=remarks)

    def read_images(self, files: Sequence[Path]) -> tuple[np.ndarray, tuple[str, ...]]:
        """Read the images of `files`, in their order, as uint8 (N, H, W, C), with remarks on the decoder's warnings.

        Raises:
            InputError: there are no files, one is unreadable, or they differ in size or channels.
        """
        self._check_not_empty(files)
        decoder = PictureDecoder(size=self.size, resize=self.resize, mode=self.mode)
        return decoder.decode_files(self._check_inside(files))

    def read_labels(self, files: Sequence[Path]) -> Labels:
        """Derive the labels (N,) of `files` from the names of their subfolders.

        Raises:
            InputError: there are no files, or only some are in subfolders.
        """
        self._check_not_empty(files)
        places = [file.relative_to(self.path) for file in files]
        if find_split(self.path, places):
            places = [strip_split(place) for place in places]
        names = [place.parent.as_posix() for place in places]
        fix = "Put all images into subfolders, or none"
        check_equal(files, [name == "." for name in names], "lies directly in the folder", fix)
        return NO_LABELS if names[0] == "." else encode_labels(self.path, np.array(names))

    def _check_not_empty(self, files: Sequence[Path]) -> None:
        if not files:
            raise InputError(self.path, "no images", "Put PNG or JPEG files into this folder")

    def _walk(self) -> list[Path]:
        """List all files below the folder, hidden ones included."""
        files, visited = [], {self.path.resolve(): self.path}
        for name, subfolders, names in os.walk(self.path, onerror=_refuse_unreadable, followlinks=True):
            folder = Path(name)
            files += [folder / file for file in names]
            for link in (folder / subfolder for subfolder in subfolders):
                place = link.resolve()
                if place in visited:
                    wrong = f"is the same folder as {visited[place]}, whose pictures would be read twice"
                    raise InputError(link, wrong, "Remove the link")
                visited[place] = link
        return files

    def _check_inside(self, files: Sequence[Path]) -> Sequence[Path]:
        """Refuse links to files outside the folder, except into the working folder, where DVC has its cache."""
        tops = self.path.resolve(), Path.cwd().resolve()
        places = {folder: folder.resolve() for folder in {file.parent for file in files}}
        for file in files:
            place = file.resolve() if file.is_symlink() else places[file.parent] / file.name
            if not any(place.is_relative_to(top) for top in tops):
                raise InputError(file, f"is a link out of the folder, to {place}", "Copy the picture into the folder")
        return files

    def find_split(self, files: Sequence[Path]) -> FolderSplit | None:
        """Return the split that the top subfolders make, if they do.

        Raises:
            InputError: there are splits beside other folders, or not exactly one to train on and one to test on.
        """
        return find_split(self.path, [file.relative_to(self.path) for file in files])

    def remark_left_out(self, split: FolderSplit | None) -> list[str]:
        """Return remarks on hidden files, and on the split, if there is one."""
        hidden = sorted(file for file in self._walk() if _is_hidden(file.relative_to(self.path)))
        remarks = [f"{len(hidden)} hidden file(s) left out, such as {hidden[0]}"] if hidden else []
        return [*remarks, split.remark] if split else remarks


def _refuse_unreadable(error: OSError) -> None:
    """Refuse a folder that cannot be listed; a folder that does not exist has no files."""
    if not isinstance(error, FileNotFoundError | NotADirectoryError):
        raise InputError(error.filename, f"cannot be read ({error.strerror})", "Make it readable (`chmod u+rx`)")


def _is_hidden(relative: Path) -> bool:
    return any(part.startswith(".") for part in relative.parts)
