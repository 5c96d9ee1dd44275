"""What PyTorch offers for a case: functions without parameters that return o, or None where it has none."""

import warnings

import torch
import torch.nn.functional as F
from torch.nn.attention import SDPBackend, sdpa_kernel

import oracle

BACKENDS = {"cudnn": SDPBackend.CUDNN_ATTENTION, "fa2": SDPBackend.FLASH_ATTENTION}


def _works(call):
    """The call, if it runs at all: each backend refuses some shapes by an exception."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            call()
            return call
        except (RuntimeError, NotImplementedError):
            return None


def sdpa(name, case, q, k, v):
    """scaled_dot_product_attention by one backend. It has no score functions; its causal mask is ours only for M = N,
    other masks are given as booleans where no row is empty."""
    if case.score != "none" or q.device.type != "cuda":
        return None
    options = {"enable_gqa": True} if case.heads != case.key_heads else {}
    if case.causal and case.m == case.n:
        options["is_causal"] = True
    elif case.mask is not None:
        options["attn_mask"] = oracle.visible(case, torch.arange(case.m, device=q.device), q.device)
        if not options["attn_mask"].any(-1).all():
            return None

    def call():
        with sdpa_kernel(BACKENDS[name]):
            return F.scaled_dot_product_attention(q, k, v, **options)

    return _works(call)


def flex(case, q, k, v, table):
    """FlexAttention, compiled for the case: it takes seconds."""
    from torch.nn.attention.flex_attention import create_block_mask, flex_attention

    # Else, after eight shapes, it silently runs uncompiled.
    torch.compiler.reset()
    attention = torch.compile(flex_attention, dynamic=False)
    scores = {
        "none": None,
        "alibi": lambda s, b, h, i, j: s + table[h] * (j - i),
        "softcap": lambda s, b, h, i, j: 30.0 * torch.tanh(s * 0.033333333),
    }
    mask, shift = None, case.n - case.m
    if case.causal:
        mask = create_block_mask(lambda b, h, i, j: i + shift >= j, None, None, case.m, case.n, device=q.device)
    gqa = case.heads != case.key_heads
    return _works(lambda: attention(q, k, v, score_mod=scores[case.score], block_mask=mask, enable_gqa=gqa))
