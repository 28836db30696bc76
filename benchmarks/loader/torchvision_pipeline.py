"""The same work by torchvision and Pillow.

    python3 torchvision_pipeline.py FOLDER PASSES         prints the time of each pass over the folder as a JSON line
    python3 torchvision_pipeline.py FOLDER compare FILE   mean difference of FILE (raw bytes, 3 x 224 x 224 for each file) from the centre crops
"""
import json
import os
import sys
import time

import numpy
import torch
from PIL import Image, ImageOps
from torchvision import transforms

torch.set_num_threads(1)
folder = sys.argv[1]
paths = [os.path.join(folder, name) for name in sorted(os.listdir(folder))]

if sys.argv[2] == "compare":
    centre = transforms.Compose([transforms.Resize(256), transforms.CenterCrop(224)])
    found = numpy.fromfile(sys.argv[3], numpy.uint8).reshape(len(paths), 3, 224, 224).astype(int)
    means, largest = [], 0
    for path, pixels in zip(paths, found):
        upright = ImageOps.exif_transpose(Image.open(path))  # as we read it; one of the photos lies on its side
        expected = numpy.asarray(centre(upright.convert("RGB"))).transpose(2, 0, 1)
        difference = numpy.abs(pixels - expected)
        means.append(difference.mean())
        largest = max(largest, difference.max())
    print(f"mean difference {numpy.mean(means):.4f} of 255, worst picture {max(means):.4f}, largest of any pixel {largest}")
    sys.exit()

training = transforms.Compose([
    transforms.Resize(256), transforms.RandomCrop(224), transforms.RandomHorizontalFlip(),
    transforms.ToTensor(), transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])])
for number in range(1 + int(sys.argv[2])):
    start, before = time.perf_counter(), time.process_time()
    for path in paths:
        training(Image.open(path).convert("RGB"))
    if number > 0:  # the first warms up
        seconds, cpu = time.perf_counter() - start, time.process_time() - before
        print(json.dumps({"system": "torchvision + Pillow", "images": len(paths), "seconds": seconds, "cpu": cpu}))
