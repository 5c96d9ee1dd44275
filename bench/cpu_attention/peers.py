"""CPU attention of onnxruntime and IREE. Each offers several ways to say
attention ("graph" is the plain MatMul, Softmax, MatMul); run.py checks and
times all of them and keeps the fastest."""

import dataclasses
import importlib.metadata
import math
from typing import Callable

import numpy as np

import cases
import iree_sources

_HIDDEN = -1e30


@dataclasses.dataclass
class Variant:
    """One way to run attention: call() once, then result() is [B,H,S,d]."""

    name: str
    call: Callable[[], None]
    result: Callable[[], np.ndarray]


def _causal_mask(dtype):
    keep = np.tril(np.ones((cases.LENGTH, cases.LENGTH), bool))
    return np.where(keep, 0, _HIDDEN).astype(dtype)


class OnnxRuntime:
    """Models are built in memory. B S (H d) operators get that layout."""

    def __init__(self, threads):
        import onnx
        import onnxruntime

        self.onnx, self.ort, self.threads = onnx, onnxruntime, threads
        self.version = onnxruntime.__version__

    def variants(self, case, inputs):
        for name in ("mha", "attention", "graph", *(["gqa"] if case.causal else [])):
            make = getattr(self, "_" + name)
            title, merged, nodes, constants = make(case)
            yield self._bind(title, case, inputs, merged, nodes, constants)

    def _node(self, *args, **kwargs):
        return self.onnx.helper.make_node(*args, **kwargs)

    def _constant(self, name, value):
        return self.onnx.numpy_helper.from_array(np.asarray(value), name)

    def _mha(self, case):
        node = self._node(
            "MultiHeadAttention", ["q", "k", "v"], ["o"], domain="com.microsoft",
            num_heads=cases.HEADS, unidirectional=int(case.causal),
        )  # fmt: skip
        return "MultiHeadAttention", True, [node], []

    def _attention(self, case):
        node = self._node("Attention", ["q", "k", "v"], ["o"], is_causal=int(case.causal))
        return "Attention (opset 23)", False, [node], []

    def _gqa(self, case):
        """Always causal, and the one operator that skips the hidden half."""
        node = self._node(
            "GroupQueryAttention", ["q", "k", "v", "", "", "last", "total"],
            ["o", "present_k", "present_v"], domain="com.microsoft",
            num_heads=cases.HEADS, kv_num_heads=cases.HEADS,
        )  # fmt: skip
        last = self._constant("last", np.array([cases.LENGTH - 1], np.int32))
        total = self._constant("total", np.int32(cases.LENGTH))
        return "GroupQueryAttention", True, [node], [last, total]

    def _graph(self, case):
        nodes = [
            self._node("Transpose", ["k"], ["kt"], perm=[0, 1, 3, 2]),
            self._node("MatMul", ["q", "kt"], ["raw"]),
            self._node("Mul", ["raw", "scale"], ["s"]),
        ]
        constants = [self._constant("scale", np.float32(1 / math.sqrt(case.width)))]
        if case.causal:
            nodes.append(self._node("Add", ["s", "mask"], ["masked"]))
            constants.append(self._constant("mask", _causal_mask(np.float32)))
        scores = "masked" if case.causal else "s"
        nodes.append(self._node("Softmax", [scores], ["p"], axis=-1))
        nodes.append(self._node("MatMul", ["p", "v"], ["o"]))
        return "graph", False, nodes, constants

    def _bind(self, title, case, inputs, merged, nodes, constants):
        batch, heads, length, width = case.shape
        shape = [batch, length, heads * width] if merged else list(case.shape)
        helper = self.onnx.helper
        info = {
            n: helper.make_tensor_value_info(n, self.onnx.TensorProto.FLOAT, shape)
            for n in "qkvo"
        }
        graph = helper.make_graph(
            nodes, "attention", [info[n] for n in "qkv"], [info["o"]], constants
        )
        opsets = [helper.make_opsetid("", 23), helper.make_opsetid("com.microsoft", 1)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=10)
        session = self._session(model)
        binding = session.io_binding()
        arrays = {n: cases.aligned(shape, np.float32) for n in "qkvo"}
        for name, value in zip("qkv", inputs):
            arrays[name][...] = (
                value.swapaxes(1, 2).reshape(shape) if merged else value
            )
        values = {n: self.ort.OrtValue.ortvalue_from_numpy(a) for n, a in arrays.items()}
        for name in "qkv":
            binding.bind_ortvalue_input(name, values[name])
        binding.bind_ortvalue_output("o", values["o"])

        def result():
            out = values["o"].numpy()
            if merged:
                out = out.reshape(batch, length, heads, width).swapaxes(1, 2)
            return out

        def call():
            session.run_with_iobinding(binding)

        call.keep_alive = (arrays, values)
        return Variant(title, call, result)

    def _session(self, model):
        options = self.ort.SessionOptions()
        options.intra_op_num_threads = self.threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # Workers spin while a run lasts, and must not spin into the next one's.
        options.add_session_config_entry("session.force_spinning_stop", "1")
        return self.ort.InferenceSession(
            model.SerializeToString(), options, providers=["CPUExecutionProvider"]
        )


class Iree:
    """No causal flag: the attention op takes a mask operand, built in the
    module; the graph selects. Both compute the hidden half."""

    FLAGS = ("--iree-llvmcpu-target-cpu=host", "--iree-opt-level=O3")
    TILING = "--iree-opt-data-tiling"

    def __init__(self, threads):
        import iree.compiler.tools
        import iree.runtime

        self.compile = iree.compiler.tools.compile_str
        self.rt = iree.runtime
        self.rt.flags.parse_flags(f"--task_topology_group_count={threads}")
        self.drivers = ["local-task"] + (["local-sync"] if threads == 1 else [])
        self.version = importlib.metadata.version("iree-base-compiler")

    def variants(self, case, inputs):
        graph, op = iree_sources.graph(case), iree_sources.attention_op(case)
        for name, source, flags, drivers in (
            ("graph", graph, self.FLAGS, self.drivers),
            ("graph + data tiling", graph, (*self.FLAGS, self.TILING), self.drivers),
            # So slow that a second driver would only cost the user's time.
            ("attention op", op, self.FLAGS, self.drivers[:1]),
        ):
            blob = self.compile(
                source, target_backends=["llvm-cpu"], extra_args=list(flags)
            )
            for driver in drivers:
                yield self._bind(f"{name}, {driver}", case, inputs, blob, driver)

    def _bind(self, name, case, inputs, blob, driver):
        config = self.rt.Config(driver)
        context = self.rt.SystemContext(config=config)
        module = self.rt.VmModule.copy_buffer(context.instance, blob)
        context.add_vm_module(module)
        function = context.modules.module["attention"]
        flat = (case.shape[0] * case.shape[1], *case.shape[2:])
        arguments = [
            self.rt.asdevicearray(config.device, x.reshape(flat)) for x in inputs
        ]
        last = []

        def call():
            last[:] = [function(*arguments)]

        call.keep_alive = (context, arguments)
        return Variant(name, call, lambda: last[0].to_host().reshape(case.shape))


PEERS = {"onnxruntime": OnnxRuntime, "iree": Iree}
