"""Puts what make.js wrote into files as Keras writes them: HDF5 (Keras 2) and .keras (Keras 3).

Needs Debian's python3-h5py. Usage: node make.js FOLDER; /usr/bin/python3 make.py FOLDER [MODEL ...]
"""
import copy, io, json, re, sys, zipfile
from pathlib import Path

import h5py
import numpy as np

source = Path(sys.argv[1])
here = Path(__file__).parent


numbers = None


def values(weight):
    """A weight's numbers."""
    count = int(np.prod(weight["shape"]))
    return numbers[weight["offset"]:weight["offset"] + count].reshape(weight["shape"])


def flat(layer):
    """A layer's weights; a model's are those of its layers, one after the other."""
    return [weight for inner in layer["layers"] for weight in flat(inner)] if "layers" in layer else layer["weights"]


def write_h5(path, topology, layers, version="2.15.0"):
    with h5py.File(path, "w") as file:
        file.attrs["model_config"] = json.dumps(topology)
        file.attrs["keras_version"] = version
        file.attrs["backend"] = "tensorflow"
        root = file.create_group("model_weights")
        root.attrs["layer_names"] = [layer["name"].encode() for layer in layers]
        for layer in layers:
            group = root.create_group(layer["name"])
            names = [weight["name"] + ":0" for weight in flat(layer)]
            group.attrs["weight_names"] = [name.encode() for name in names]
            for name, weight in zip(names, flat(layer)):
                group.create_dataset(name, data=values(weight))


def snake(name):
    name = re.sub(r"\W+", "", name)
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()


def keras3(layer, sequential):
    """A layer's entry as Keras 3 writes it."""
    layer = copy.deepcopy(layer)
    config = layer["config"]
    name = "Functional" if layer["class_name"] == "Model" else layer["class_name"]
    if "layers" in config:
        inner = name == "Sequential"
        config["layers"] = [keras3(item, inner) for item in config["layers"]]
        if inner:
            shape = next(filter(None, (item["config"].get("batch_shape") for item in config["layers"])), None)
            config["layers"].insert(0, {"module": "keras.layers", "class_name": "InputLayer", "registered_name": None,
                                        "config": {"batch_shape": shape, "dtype": "float32", "sparse": False, "name": "input_layer"}})
    else:
        if "batch_input_shape" in config:
            config["batch_shape"] = config.pop("batch_input_shape")
        config["dtype"] = {"module": "keras", "class_name": "DTypePolicy", "config": {"name": "float32"}, "registered_name": None}
    result = {"module": "keras.src.models.functional" if name == "Functional" else "keras.layers", "class_name": name, "config": config,
              "registered_name": name if name == "Functional" else None, "build_config": {"input_shape": None}}
    if not sequential:
        def tensor(history):
            return {"class_name": "__keras_tensor__", "config": {"shape": [None], "dtype": "float32", "keras_history": history[:3]}}
        result["name"] = layer.get("name", config["name"])
        nodes = []
        for node in layer.get("inbound_nodes", []):
            tensors = [tensor(item) for item in node]
            numbers = [item[3]["y"] for item in node if "y" in item[3]]
            nodes.append({"args": [tensors if len(tensors) > 1 else tensors[0], *numbers], "kwargs": {}})
        result["inbound_nodes"] = nodes
    return result


def put(group, config, layers, named):
    """The weights of a model's layers, under their classes' names and numbers."""
    counts = {}
    by_name = {layer["name"]: layer for layer in layers}
    container = group.create_group("layers")
    for entry in config["layers"]:
        key = snake(entry["class_name"])
        number = counts.get(key, 0)
        counts[key] = number + 1
        own = container.create_group(key if number == 0 else f"{key}_{number}")
        name = entry["config"]["name"]
        if "layers" in entry["config"]:
            put(own, entry["config"], by_name[name]["layers"], named)
            continue
        variables = own.create_group("vars")
        if named:
            variables.attrs["name"] = name
        for i, weight in enumerate(by_name.get(name, {"weights": []})["weights"]):
            variables.create_dataset(str(i), data=values(weight))


def write_keras(path, topology, layers, named):
    model = keras3(topology, True)
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        put(file, model["config"], layers, named)
        file.create_group("vars")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("metadata.json", json.dumps({"keras_version": "3.8.0", "date_saved": "2025-01-01@00:00:00"}))
        archive.writestr("config.json", json.dumps(model))
        archive.writestr("model.weights.h5", buffer.getvalue())


for path in sorted(source.glob("*.json")):
    if sys.argv[2:] and path.stem not in sys.argv[2:]:
        continue
    model = json.loads(path.read_text())
    numbers = np.memmap(path.with_suffix(".bin"), np.float32)
    topology = {key: model["model"][key] for key in ("class_name", "config")}
    target = here if len(sys.argv) == 2 else source
    write_h5(target / f"{path.stem}.h5", topology, model["layers"])
    if path.stem in ("sequential", "merges", "nested"):
        write_keras(target / f"{path.stem}.keras", topology, model["layers"], named=path.stem != "sequential")
    if path.stem == "nested":
        # Long lists are spread over several attributes, as Keras does above 64 KB.
        with h5py.File(target / "nested.h5", "r+") as file:
            group = file["model_weights/base"]
            names = group.attrs["weight_names"]
            del group.attrs["weight_names"]
            group.attrs["weight_names0"], group.attrs["weight_names1"] = names[:2], names[2:]
    if path.stem == "merges":
        # mobilenet_v2.preprocess_input(pictures) before the network: x / 127.5 - 1, as functions.
        for version in (2, 3):
            changed = copy.deepcopy(topology)
            layers = changed["config"]["layers"]
            for layer in layers:
                for node in layer["inbound_nodes"]:
                    for source in node:
                        source[0] = "subtract" if source[0] == "pictures" else source[0]
            for name, function, before, number in (("divide", "math.truediv", "pictures", 127.5), ("subtract", "math.subtract", "divide", 1.0)):
                layers.append({"class_name": "TFOpLambda", "name": name, "config": {"name": name, "function": function, "dtype": "float32"},
                               "inbound_nodes": [[before, 0, 0, {"y": number, "name": None}]]})
            if version == 2:
                write_h5(target / "preprocessed.h5", changed, model["layers"])
                continue
            for layer in layers[-2:]:
                layer["class_name"] = "TrueDivide" if layer["name"] == "divide" else "Subtract"
                layer["inbound_nodes"] = [[layer["inbound_nodes"][0]]]
            write_keras(target / "preprocessed.keras", changed, model["layers"], named=False)
        pixels = [(value + 1) * 127.5 for value in model["input"]["data"]]
        (target / "preprocessed.expected.json").write_text(json.dumps(
            {"input": {"shape": model["input"]["shape"], "data": pixels}, "output": model["output"]}) + "\n")
    expected = {"input": model["input"], "output": model["output"]}
    (target / f"{path.stem}.expected.json").write_text(json.dumps(expected) + "\n")
    print(path.stem, (target / f"{path.stem}.h5").stat().st_size)
