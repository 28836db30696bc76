#!/usr/bin/env python3
"""Makes a small set in the form in which ILSVRC-2012 is distributed: a tar of tars, validation pictures with ground truth, a list of synsets.

    python3 ilsvrc_tree.py PHOTOS TREE

PHOTOS holds files named SYNSET_words.JPEG, one a class; each is that class's only training picture and its only validation picture, so a net that remembers
them all is right. Then: alexnet train imagenet-2012 --data TREE --set data.classes=N --set net.layers.fc8.outputs=N
"""

import io
import pathlib
import sys
import tarfile


def add(archive, name, content):
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    archive.addfile(entry, io.BytesIO(content))


def main():
    photos, tree = sorted(pathlib.Path(sys.argv[1]).glob("n*_*.JPEG")), pathlib.Path(sys.argv[2])
    tree.mkdir(parents=True)
    names = [photo.stem.split("_", 1) for photo in photos]
    (tree / "synsets.txt").write_text("".join(f"{synset} {words.replace('_', ' ')}\n" for synset, words in names))
    with tarfile.open(tree / "ILSVRC2012_img_train.tar", "w") as train, tarfile.open(tree / "ILSVRC2012_img_val.tar", "w") as val:
        for number, (photo, (synset, _)) in enumerate(zip(photos, names), 1):
            inner = io.BytesIO()
            with tarfile.open(fileobj=inner, mode="w") as pictures:
                add(pictures, f"{synset}_1.JPEG", photo.read_bytes())
            add(train, f"{synset}.tar", inner.getvalue())
            add(val, f"ILSVRC2012_val_{number:08}.JPEG", photo.read_bytes())
    (tree / "ILSVRC2012_validation_ground_truth.txt").write_text("".join(f"{number}\n" for number in range(1, len(photos) + 1)))
    print(f"{len(photos)} classes in {tree}")


main()
