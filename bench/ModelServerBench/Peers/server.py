"""The exercises' Flask application on ONNX Runtime: `server.py flask PORT MODEL` as they start it, `server.py waitress PORT MODEL` behind a threaded
WSGI server with a thread a core. MODEL is a folder with model.onnx and model.json; the recipe is the one of the bundled model."""
import json
import os
import sys
import time

import numpy
import onnxruntime
from flask import Flask, jsonify, request
from PIL import Image

kind, port, folder = sys.argv[1], int(sys.argv[2]), sys.argv[3]
with open(os.path.join(folder, "model.json"), encoding="utf-8") as file:
    model = json.load(file)
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
options.inter_op_num_threads = 1
session = onnxruntime.InferenceSession(os.path.join(folder, "model.onnx"), options, providers=["CPUExecutionProvider"])
name = session.get_inputs()[0].name
mean = numpy.array(model["mean"], dtype=numpy.float32)
std = numpy.array(model["std"], dtype=numpy.float32)
size, shorter = model["size"], model["resize"]["to"]


def prepare(stream):
    picture = Image.open(stream).convert("RGB")
    scale = shorter / min(picture.size)
    picture = picture.resize((int(picture.width * scale), int(picture.height * scale)), Image.BILINEAR)
    left, top = round((picture.width - size) / 2), round((picture.height - size) / 2)
    picture = picture.crop((left, top, left + size, top + size))
    numbers = (numpy.asarray(picture, dtype=numpy.float32) / 255 - mean) / std
    return numpy.ascontiguousarray(numbers.transpose(2, 0, 1)[numpy.newaxis])


app = Flask(__name__)


@app.post("/predict")
def predict():
    begin = time.perf_counter()
    outputs = session.run(None, {name: prepare(request.files["file"].stream)})[0][0]
    exponentials = numpy.exp(outputs - outputs.max())
    probabilities = exponentials / exponentials.sum()
    best = int(probabilities.argmax())
    return jsonify(
        prediction=model["labels"][best],
        probability=float(probabilities[best]),
        classes=[{"label": label, "probability": float(p)} for label, p in zip(model["labels"], probabilities)],
        inference_seconds=time.perf_counter() - begin,
    )


if kind == "flask":
    app.run(host="127.0.0.1", port=port)
else:
    import waitress

    waitress.serve(app, host="127.0.0.1", port=port, threads=os.cpu_count(), backlog=1024, connection_limit=2000)
