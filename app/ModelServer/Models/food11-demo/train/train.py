"""Trains the demo classifier and writes ../model.onnx and ../README.md. See README.md beside this file."""

import os

os.environ["OMP_NUM_THREADS"] = "1"  # before torch is imported: one thread gives the same sums in the same order

import argparse
import ctypes
import io
import pathlib
import random
import time

import numpy as np
import torch
from PIL import Image
from torch import nn
from torchvision import transforms
from torchvision.models import MobileNetV2

import render
from report import write_readme

SEED = 11
WIDTH = 0.5  # MobileNetV2 with half of its channels: 0.7 million weights
BATCH = 32
# Low resolution learns the shapes cheaply, 224 adapts to the size that is served.
PHASES = [  # (picture side, steps, highest learning rate)
    (64, 1200, 4e-3),
    (96, 700, 2e-3),
    (160, 150, 1e-3),
    (224, 110, 5e-4),
]
MEAN, STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]

# Tensors of every step are kept for the next one instead of going back to the system: a third less time.
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, 1 << 30)
ctypes.CDLL(None).mallopt(M_TRIM_THRESHOLD, (1 << 31) - 1)

normalise = transforms.Compose([transforms.ToTensor(), transforms.Normalize(MEAN, STD)])
served = transforms.Compose([transforms.Resize(256), transforms.CenterCrop(224), normalise])  # what model.json says


def train(network, phases, publish):
    rng = random.Random(SEED)
    loss_of = nn.CrossEntropyLoss(label_smoothing=0.05)
    for side, steps, rate in phases:
        optimiser = torch.optim.AdamW(network.parameters(), lr=rate, weight_decay=0.02)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, total_steps=steps, pct_start=0.2)
        network.train()
        started, right, seen = time.monotonic(), 0, 0
        for step in range(1, steps + 1):
            pictures, labels = zip(*(render.sample(render.TRAINING, side, rng) for _ in range(BATCH)))
            labels = torch.tensor(labels)
            logits = network(torch.stack([normalise(p) for p in pictures]))
            loss = loss_of(logits, labels)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            right, seen = right + (logits.argmax(1) == labels).sum().item(), seen + BATCH
            if step % 50 == 0 or step == steps:
                print(f"{side} px, step {step}/{steps}: loss {loss.item():.3f}, accuracy {right / seen:.3f}, "
                      f"{time.monotonic() - started:.0f} s", flush=True)
                right, seen = 0, 0
        publish()


def evaluate(network, look, glyphs, count):
    """Right answers and pictures of each class; pictures of many shapes, prepared as the server prepares them."""
    rng = random.Random(SEED + 1)
    right, seen = np.zeros(len(render.LABELS), int), np.zeros(len(render.LABELS), int)
    network.eval()
    with torch.no_grad():
        for _ in range(count):
            image, label = render.sample(look, rng.randrange(224, 400), rng, glyphs)
            packed = io.BytesIO()
            image.save(packed, "JPEG", quality=85)
            answer = network(served(Image.open(packed))[None]).argmax(1).item()
            right[label] += answer == label
            seen[label] += 1
    return right, seen


def answer_photo(network, path):
    network.eval()
    with torch.no_grad():
        chances = network(served(Image.open(path).convert("RGB"))[None]).softmax(1)[0]
    best = int(chances.argmax())
    return render.LABELS[best], float(chances[best])


def export(network, path):
    network.eval()
    torch.onnx.export(
        network, torch.zeros(1, 3, 224, 224), str(path), opset_version=16,
        input_names=["input"], output_names=["output"],
        dynamic_axes={"input": {0: "batch"}, "output": {0: "batch"}},
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parent.parent, help="folder to write to")
    parser.add_argument("--count", type=int, default=660, help="pictures in each evaluation")
    parser.add_argument("--photos", type=pathlib.Path, help="folder of real photographs whose answers go into the README too")
    parser.add_argument("--steps", type=float, default=1.0, help="factor on the number of steps, to try the script quickly")
    arguments = parser.parse_args()

    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    network = MobileNetV2(num_classes=len(render.LABELS), width_mult=WIDTH, dropout=0.1)
    arguments.out.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    phases = [(side, max(10, int(steps * arguments.steps)), rate) for side, steps, rate in PHASES]
    train(network, phases, lambda: export(network, arguments.out / "model.onnx"))
    minutes = (time.monotonic() - started) / 60

    photos = sorted(arguments.photos.iterdir()) if arguments.photos else []
    write_readme(
        arguments.out / "README.md", minutes=minutes, weights=sum(p.numel() for p in network.parameters()), phases=phases, batch=BATCH,
        trained=evaluate(network, render.TRAINING, render.GLYPHS, arguments.count),
        unseen=evaluate(network, render.UNSEEN, render.GLYPHS, arguments.count),
        strangers=evaluate(network, render.TRAINING, render.UNSEEN_GLYPHS, arguments.count),
        photos=[(photo.name, *answer_photo(network, photo)) for photo in photos],
    )


if __name__ == "__main__":
    main()
