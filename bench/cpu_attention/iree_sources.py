"""The modules given to IREE: its attention op, and the plain graph."""

import math

_HIDDEN = "-1.0e30"


def _types(case):
    bh = case.shape[0] * case.shape[1]
    length = case.shape[2]
    tensor = f"tensor<{bh}x{length}x{case.width}xf32>"
    return tensor, f"tensor<{bh}x{length}x{length}x{{}}>"


_PARALLEL = 'iterator_types = ["parallel", "parallel", "parallel"]'
_SAME = "affine_map<(b, i, j) -> (b, i, j)>"
_VISIBLE = """
      %i = linalg.index 1 : index
      %j = linalg.index 2 : index
      %visible = arith.cmpi sle, %j, %i : index"""


def _function(case, body):
    tensor, _ = _types(case)
    return f"""
  func.func @attention(%q: {tensor}, %k: {tensor}, %v: {tensor}) -> {tensor} {{
    %zero = arith.constant 0.0 : f32
    %scale = arith.constant {1 / math.sqrt(case.width):.9e} : f32
    %empty = tensor.empty() : {tensor}{body}
    return %o : {tensor}
  }}"""


def attention_op(case):
    tensor, square = _types(case)
    mask_type = square.format("i1")
    dims = "(b, m, n, d, j)"
    results = ["(b, m, d)", "(b, j, d)", "(b, j, n)", "()"]
    results += ["(b, m, j)"] * case.causal + ["(b, m, n)"]
    maps = ", ".join(f"affine_map<{dims} -> {r}>" for r in results)
    mask = f"""
    %mask_empty = tensor.empty() : {mask_type}
    %mask = linalg.generic {{indexing_maps = [{_SAME}], {_PARALLEL}}}
        outs(%mask_empty : {mask_type}) {{
    ^bb0(%x: i1):{_VISIBLE}
      linalg.yield %visible : i1
    }} -> {mask_type}"""
    names = "%q, %k, %v, %scale" + ", %mask" * case.causal
    types = f"{tensor}, {tensor}, {tensor}, f32" + f", {mask_type}" * case.causal
    attention = f"""
    %o = iree_linalg_ext.attention <{{indexing_maps = [{maps}]}}>
        ins({names} : {types}) outs(%empty : {tensor}) {{
    ^bb0(%s: f32):
      iree_linalg_ext.yield %s : f32
    }} -> {tensor}"""
    return _function(case, mask * case.causal + attention)


def graph(case):
    tensor, square = _types(case)
    square = square.format("f32")
    dims = "affine_map<(b, i, j, d) ->"
    transposed = f"[{dims} (b, i, d)>, {dims} (b, j, d)>, {dims} (b, i, j)>]"
    select = f"""{_VISIBLE}
      %hidden = arith.constant {_HIDDEN} : f32
      %y = arith.select %visible, %scaled, %hidden : f32"""
    return _function(
        case,
        f"""
    %square = tensor.empty() : {square}
    %s0 = linalg.fill ins(%zero : f32) outs(%square : {square}) -> {square}
    %s = linalg.batch_matmul indexing_maps = {transposed}
        ins(%q, %k : {tensor}, {tensor}) outs(%s0 : {square}) -> {square}
    %t = linalg.generic {{indexing_maps = [{_SAME}, {_SAME}], {_PARALLEL}}}
        ins(%s : {square}) outs(%square : {square}) {{
    ^bb0(%x: f32, %unused: f32):
      %scaled = arith.mulf %x, %scale : f32{select * case.causal}
      linalg.yield {"%y" if case.causal else "%scaled"} : f32
    }} -> {square}
    %p = linalg.softmax dimension(2) ins(%t : {square}) outs(%square : {square}) -> {square}
    %o0 = linalg.fill ins(%zero : f32) outs(%empty : {tensor}) -> {tensor}
    %o = linalg.batch_matmul ins(%p, %v : {square}, {tensor})
        outs(%o0 : {tensor}) -> {tensor}""",
    )
