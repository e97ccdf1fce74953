"""Writes the model's README: what it is, how it was trained, what it gets wrong."""

from render import GLYPHS, LABELS, UNSEEN_GLYPHS


def share(right, seen):
    return f"{100 * right / seen:.1f} %" if seen else "–"


def write_readme(path, *, minutes, weights, phases, batch, trained, unseen, strangers, photos):
    drawn = sum(steps * batch for _, steps, _ in phases)
    rows = "\n".join(
        f"| {label} | {GLYPHS[label]} | {share(trained[0][i], trained[1][i])} | {share(unseen[0][i], unseen[1][i])} "
        f"| {UNSEEN_GLYPHS.get(label, '')} | {share(strangers[0][i], strangers[1][i])} |"
        for i, label in enumerate(LABELS)
    )
    sizes = ", ".join(f"{steps * batch} at {side} × {side}" for side, steps, _ in phases)
    photographs = "\n".join(f"| {name} | {answer} | {chance:.2f} |" for name, answer, chance in photos)
    text = f"""# food11-demo

A small classifier with the 11 classes of Food-11, bundled so that every exercise runs before anybody has trained anything.
**It is a demo that shows the way, not a food expert.** It has never seen a photograph: it was trained on pictures that
`train/` renders from a colour-emoji font. Expect it to be right on clear, drawn pictures of food and to guess on photographs,
often with misplaced confidence. For real use put your own `model.onnx` and `model.json` in a folder and name it (`MODEL_DIR`).

| | |
|---|---|
| network | MobileNetV2 with half of its channels, {weights:,} weights, fp32 |
| input | `input`, float [N, 3, 224, 224]; resize 256, centre crop 224, ImageNet mean and deviation |
| output | `output`, float [N, 11], logits |
| training | {drawn:,} pictures ({sizes}), one CPU thread, {minutes:.0f} minutes beside other work |

## What it gets right

Right answers on pictures that were rendered for the test only and not used in training:

- **as trained**: new pictures, drawn from the ranges that training drew from;
- **other look**: the same emoji at scales, rotations and on backgrounds that training never used (smaller and larger, turned by
  30 to 45 degrees; chequers, blobs and waves);
- **other food**: emoji of the same class that training never used. This is the honest column: with a handful of drawings a class the
  network learns the drawings, hardly the food.

| class | trained on | as trained | other look | not trained on | other food |
|---|---|---|---|---|---|
{rows}
| **all** | | **{share(trained[0].sum(), trained[1].sum())}** | **{share(unseen[0].sum(), unseen[1].sum())}** | | **{share(strangers[0].sum(), strangers[1].sum())}** |

Guessing would give 9.1 %.
"""
    if photos:
        text += f"""
## Two real photographs

From the exercises' repository: `test_image.jpeg` shows celery and parsley (Vegetable/Fruit), `noodles.jpg` a pan of noodles (Noodles/Pasta).
Two pictures prove nothing either way; they are here because everybody tries a photograph first.

| photograph | answer | probability |
|---|---|---|
{photographs}
"""
    text += """
## Licences

`model.onnx` is trained on renderings of Noto Color Emoji (SIL Open Font License 1.1, which does not extend to pictures made with the
font) and is under the licence of this repository.
"""
    path.write_text(text, encoding="utf-8")
