"""Trains the regressor of the KServe exercises and writes it as ONNX, with what scikit-learn predicts for the test split.

Needs Debian's python3-sklearn and python3-onnx. Usage: /usr/bin/python3 train.py [--check]
--check compares instead of writing: a committed model must be what this script makes.
"""
import csv
import json
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from sklearn.linear_model import ElasticNet
from sklearn.model_selection import train_test_split

here = Path(__file__).parent
model_file = here.parent / "model.onnx"
expected_file = here.parents[4] / "tests/ModelServer.Tests/Fixtures/redwine.json"

# MLflow's tutorial, which the exercises train with: a quarter is kept for the test, seed 40, and 42 for the solver.
SEED, SOLVER_SEED = 40, 42
ALPHA = L1_RATIO = 0.5


def read():
    with open(here / "winequality-red.csv", newline="") as file:
        rows = list(csv.reader(file, delimiter=";"))
    return rows[0][:-1], np.array(rows[1:], dtype=np.float64)


def export(model):
    """x · coefficients + intercept; one number a wine, so that KServe's V1 answers a list of numbers."""
    weights = model.coef_.astype(np.float32).reshape(-1, 1)
    graph = helper.make_graph(
        [
            helper.make_node("Gemm", ["input", "coefficients", "intercept"], ["column"]),
            helper.make_node("Squeeze", ["column", "axes"], ["predictions"]),
        ],
        "redwine",
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, ["N", len(weights)])],
        [helper.make_tensor_value_info("predictions", TensorProto.FLOAT, ["N"])],
        [
            numpy_helper.from_array(weights, "coefficients"),
            numpy_helper.from_array(np.array([model.intercept_], np.float32), "intercept"),
            numpy_helper.from_array(np.array([1], np.int64), "axes"),
        ],
    )
    network = helper.make_model(graph, producer_name="scalelab", opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(network)
    return network.SerializeToString()


columns, data = read()
train, test = train_test_split(data, random_state=SEED)
model = ElasticNet(alpha=ALPHA, l1_ratio=L1_RATIO, random_state=SOLVER_SEED).fit(train[:, :-1], train[:, -1])
predictions = model.predict(test[:, :-1])
error = np.sqrt(np.mean((predictions - test[:, -1]) ** 2))
print(f"{len(train)} wines to train on, {len(test)} to test; root mean square error {error:.4f}")

network = export(model)
lines = ",\n".join(json.dumps({"features": list(map(float, wine[:-1])), "prediction": float(value)}) for wine, value in zip(test, predictions))
expected = f"[\n{lines}\n]\n"
if "--check" in sys.argv:
    sys.exit(0 if model_file.read_bytes() == network and expected_file.read_text() == expected else "The committed files are others than these.")
model_file.write_bytes(network)
expected_file.write_text(expected)
