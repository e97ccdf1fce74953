"""Makes what the tests compare with: numbers from PIL and torchvision, and networks small enough to foresee their answers.

Needs python3-torch, python3-torchvision, python3-pil, python3-numpy; run it only to change the fixtures.
"""

import json
import random

import numpy as np
import torch
from PIL import Image, ImageDraw
from torch import nn
from torchvision import transforms

SAMPLES = 400


def drawing(width, height):
    """Gradients, edges and fine lines: what resizing gets wrong when it gets anything wrong."""
    y, x = np.mgrid[0:height, 0:width]
    image = Image.fromarray(np.stack([255 * x / width, 255 * y / height, 127 + 127 * np.sin(x * y / 900)], -1).astype(np.uint8))
    draw = ImageDraw.Draw(image)
    rng = random.Random(3)
    for _ in range(25):
        corners = [rng.randrange(limit) for limit in (width, height, width, height)]
        draw.line(corners, fill=tuple(rng.randrange(256) for _ in range(3)), width=rng.randint(1, 5))
    draw.ellipse((width // 5, height // 5, width // 2, height // 2), fill=(250, 20, 40))
    return image


def expected(name, tensor):
    """A sample of the numbers, by their index in the flattened tensor."""
    flat = np.asarray(tensor, np.float32).ravel()
    indexes = sorted(random.Random(7).sample(range(flat.size), SAMPLES))
    with open(f"{name}.json", "w") as file:
        json.dump({"length": flat.size, "indexes": indexes, "values": [round(float(flat[i]), 6) for i in indexes]}, file)


def keras(image):
    return np.asarray(image.resize((224, 224), Image.BICUBIC), np.float32) / 255.0


pytorch = transforms.Compose([
    transforms.Resize(256), transforms.CenterCrop(224), transforms.ToTensor(),
    transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
])


class Colours(nn.Module):
    """Answers with the means of red, green and blue, ten times as large."""

    def __init__(self, channels_last=False, outputs=1):
        super().__init__()
        self.channels_last, self.outputs = channels_last, outputs

    def forward(self, input):
        means = 10 * input.mean(dim=(1, 2) if self.channels_last else (2, 3))
        return means if self.outputs == 1 else (means, means + 1)


def export(name, network, shape, dynamic=True, dtype=torch.float32):
    outputs = [f"output{i or ''}" for i in range(network.outputs)]
    axes = {n: {0: "batch"} for n in ["input", *outputs]} if dynamic else None
    torch.onnx.export(network.eval(), torch.zeros(shape, dtype=dtype), f"{name}.onnx", opset_version=16,
                      input_names=["input"], output_names=outputs, dynamic_axes=axes)


# The last is resized to 385 pixels, of which half a pixel too many lies on either side of the middle 224.
for width, height, kind in ((523, 391, "large"), (97, 151, "small"), (301, 200, "odd")):
    image = drawing(width, height)
    image.save(f"{kind}.png", optimize=True)
    expected(f"{kind}-keras", keras(image))
    expected(f"{kind}-pytorch", pytorch(image))

export("colours-nchw", Colours(), (1, 3, 8, 8))
export("colours-nhwc", Colours(channels_last=True), (1, 8, 8, 3), dynamic=False)
export("two-outputs", Colours(outputs=2), (1, 3, 8, 8))
export("doubles", Colours(), (1, 3, 8, 8), dtype=torch.float64)

frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
frames[0].save("animated.gif", save_all=True, append_images=frames[1:], duration=100, loop=0)
frames[0].save("red.bmp")
