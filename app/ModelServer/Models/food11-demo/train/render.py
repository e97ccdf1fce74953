"""Renders labelled pictures of food: one colour emoji on a made-up background."""

import random
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont

FONT = "/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf"
BITMAP_SIZE = 109  # the only size that the font's bitmaps exist in

# The exercises' order. The index in this list is the index of the network's output.
GLYPHS = {
    "Bread": "🍞🥐🥖🥨🫓",
    "Dairy product": "🧀🥛🧈",
    "Dessert": "🍰🎂🧁🍩🍪🍦🍨🥧🍮",
    "Egg": "🥚🍳",
    "Fried food": "🍟🧆🍤",
    "Meat": "🍖🍗🥩🥓",
    "Noodles/Pasta": "🍝🍜",
    "Rice": "🍚🍙🍘🍛",
    "Seafood": "🦐🦞🦀🦑🐙🐟",
    "Soup": "🍲🥣🫕🥘",
    "Vegetable/Fruit": "🍎🍏🥕🥦🍇🍓🍌🍊🌽🥒🍉🍒🥬🫑🍋🥝",
}
LABELS = list(GLYPHS)

# Never trained on: they show what the network makes of food that it has not seen.
UNSEEN_GLYPHS = {
    "Bread": "🥯",
    "Dessert": "🍧🍫",
    "Meat": "🍔🌭",
    "Rice": "🍱",
    "Seafood": "🦪🍣",
    "Vegetable/Fruit": "🍅🍆🍐🥗",
}


@dataclass(frozen=True)
class Look:
    """The ranges that a set of pictures is drawn from."""

    scale: tuple  # longer side of the emoji over the picture's side; several (low, high) ranges
    rotation: tuple  # degrees, either direction; several (low, high) ranges
    backgrounds: tuple
    close_ups: float = 0.0  # share of pictures that show only a part of the emoji
    heaps: float = 0.0  # share of pictures that show the same emoji many times over


TRAINING = Look(
    scale=((0.45, 0.92),),
    rotation=((0, 28),),
    backgrounds=("colour", "linear", "radial", "noise", "clouds", "stripes"),
    close_ups=0.12,
    heaps=0.15,
)
# Disjoint from the training look in all three: smaller and larger, turned further, other backgrounds.
UNSEEN = Look(
    scale=((0.34, 0.43), (0.94, 1.05)),
    rotation=((30, 45),),
    backgrounds=("checks", "blobs", "waves"),
)


def glyph(character, cache={}):
    if character not in cache:
        font = ImageFont.truetype(FONT, BITMAP_SIZE)
        image = Image.new("RGBA", (160, 160))
        ImageDraw.Draw(image).text((10, 10), character, font=font, embedded_color=True)
        box = image.getbbox()
        if box is None:
            raise SystemExit(f"{FONT} has no picture of {character!r}: install a newer fonts-noto-color-emoji")
        cache[character] = image.crop(box)
    return cache[character]


def colour(rng):
    return np.array([rng.randrange(256) for _ in range(3)], np.float32)


def background(kind, size, rng):
    """A picture of size × size × 3 floats in 0..255."""
    first, second = colour(rng), colour(rng)
    y, x = np.mgrid[0:size, 0:size].astype(np.float32) / size
    noise = np.random.default_rng(rng.getrandbits(32))
    angle = rng.uniform(0, 2 * np.pi)
    along = x * np.cos(angle) + y * np.sin(angle)
    if kind == "colour":
        weight = np.zeros_like(x)
    elif kind == "linear":
        weight = (along - along.min()) / (along.max() - along.min())
    elif kind == "radial":
        weight = np.clip(np.hypot(x - rng.random(), y - rng.random()) * rng.uniform(0.8, 2), 0, 1)
    elif kind == "noise":
        grain = noise.uniform(-1, 1, (size, size, 3)).astype(np.float32)
        return first + grain * rng.uniform(10, 70)
    elif kind == "clouds":
        weight = sum(smooth(noise, size, 2**octave) / 2**octave for octave in range(1, 5))
        weight = np.clip(weight, 0, 1)
    elif kind == "stripes":
        weight = (np.sin(along * rng.uniform(10, 80)) > rng.uniform(-0.6, 0.6)).astype(np.float32)
    elif kind == "checks":
        across = -x * np.sin(angle) + y * np.cos(angle)
        cells = rng.uniform(3, 14)
        weight = (np.floor(along * cells) + np.floor(across * cells)) % 2
    elif kind == "blobs":
        image = Image.fromarray(np.broadcast_to(first, (size, size, 3)).astype(np.uint8))
        draw = ImageDraw.Draw(image)
        for _ in range(rng.randint(4, 12)):
            left, top, reach = rng.uniform(-0.2, 1) * size, rng.uniform(-0.2, 1) * size, rng.uniform(0.1, 0.6) * size
            draw.ellipse((left, top, left + reach, top + reach * rng.uniform(0.5, 1)), fill=tuple(colour(rng).astype(int)))
        return np.asarray(image, np.float32)
    elif kind == "waves":
        weight = 0.5 + 0.25 * (np.sin(x * rng.uniform(5, 30) + 3 * np.sin(y * rng.uniform(3, 12))) + np.sin(along * rng.uniform(5, 20)))
    else:
        raise ValueError(kind)
    weight = weight[..., None]
    return first * (1 - weight) + second * weight


def smooth(noise, size, cells):
    grid = noise.uniform(0, 1, (cells + 1, cells + 1)).astype(np.float32)
    return np.asarray(Image.fromarray(grid).resize((size, size), Image.BICUBIC))


def picture(character, look, size, rng):
    """One RGB picture of size × size pixels that shows the emoji somewhere."""
    image = Image.fromarray(np.clip(background(rng.choice(look.backgrounds), size, rng), 0, 255).astype(np.uint8))
    if rng.random() < 0.3:
        plate(image, size, rng)

    chance = rng.random()
    if chance < look.close_ups:
        serve(image, character, rng.uniform(1.2, 2.2), look, size, rng)
    elif chance < look.close_ups + look.heaps:
        part = rng.uniform(0.25, 0.5)
        for _ in range(rng.randint(4, 16)):
            serve(image, character, part, look, size, rng)
    else:
        serve(image, character, rng.uniform(*rng.choice(look.scale)), look, size, rng)

    image = ImageEnhance.Brightness(image).enhance(rng.uniform(0.6, 1.4))
    image = ImageEnhance.Contrast(image).enhance(rng.uniform(0.7, 1.3))
    image = ImageEnhance.Color(image).enhance(rng.uniform(0.6, 1.3))
    if rng.random() < 0.35:
        image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0.2, 1.6) * size / 224))
    return image


def serve(image, character, part, look, size, rng):
    """Pastes the emoji somewhere; its longer side is the given part of the picture's."""
    food = glyph(character)
    if rng.random() < 0.5:
        food = food.transpose(Image.FLIP_LEFT_RIGHT)
    scale = part * size / max(food.size)
    food = food.resize((max(1, round(food.width * scale)), max(1, round(food.height * scale))), Image.BICUBIC)
    degrees = rng.uniform(*rng.choice(look.rotation)) * rng.choice((-1, 1))
    food = food.rotate(degrees, Image.BICUBIC, expand=True)
    spare_x, spare_y = size - food.width, size - food.height
    image.paste(food, (round(rng.uniform(0.1, 0.9) * spare_x), round(rng.uniform(0.1, 0.9) * spare_y)), food)


def plate(image, size, rng):
    reach = rng.uniform(0.5, 1.1) * size
    left, top = (size - reach) / 2 + rng.uniform(-0.1, 0.1) * size, (size - reach) / 2 + rng.uniform(-0.1, 0.1) * size
    draw = ImageDraw.Draw(image)
    shade = rng.randrange(120, 256)
    draw.ellipse((left, top, left + reach, top + reach), fill=(shade, shade, shade))
    rim = reach * rng.uniform(0.04, 0.12)
    draw.ellipse((left + rim, top + rim, left + reach - rim, top + reach - rim), fill=(min(255, shade + 20),) * 3)


def sample(look, size, rng, glyphs=GLYPHS):
    """A picture and the index of its class; every class is equally likely."""
    label = rng.choice(list(glyphs))
    return picture(rng.choice(glyphs[label]), look, size, rng), LABELS.index(label)


if __name__ == "__main__":
    # A sheet to look at: two rows as trained on, two rows as evaluated on. And the picture that GET /test answers for.
    generator = random.Random(1)
    sheet = Image.new("RGB", (10 * 224, 4 * 224))
    for place in range(40):
        image, _ = sample(TRAINING if place < 20 else UNSEEN, 224, generator)
        sheet.paste(image, (place % 10 * 224, place // 10 * 224))
    sheet.save("sheet.png")
    whole = replace(TRAINING, backgrounds=("clouds",), close_ups=0, heaps=0)
    picture("🍝", whole, 448, random.Random(5)).save("test.jpg", quality=88)
