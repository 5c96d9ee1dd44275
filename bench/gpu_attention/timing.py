"""Speed of one case beside its peers, in turn, by CUDA (or HIP) events with cold caches."""

import statistics

import torch

import oracle
import peers
from checks import Error, Problem, limit_for

SECONDS = 0.15  # of timed runs for each contestant
WARM = 0.1  # of untimed ones for all together: clocks come up
ROUNDS = (10, 100)
HEAD_START = 30  # times 0.1 ms
FLUSH = {"cuda": 256 << 20, "hip": 1 << 30}  # bytes, several times the last cache before memory


def sampled_rows(case, device):
    """Rows at the edges of tiles and of the sequence, and some between."""
    edges = torch.tensor([0, 1, 63, 64, 127, 128, 191, 192, case.m // 2, case.m - 65, case.m - 2, case.m - 1])
    rows = torch.cat([edges[(edges >= 0) & (edges < case.m)], torch.randint(0, case.m, (32,))])
    return rows.unique().to(device)


def check(problem, call):
    """Fovea's numbers on the data that is timed: sampled rows against f64, each row against cuDNN."""
    case, o = problem.case, problem.tensor("o")
    problem.clear()
    call()
    if o.isnan().any():
        return {"why": "NaN, or not written"}
    inputs, rows = problem.inputs(), sampled_rows(case, o.device)
    exact, _ = oracle.attention(case, *inputs, rows)
    error = Error.of(o[:, :, rows], exact)
    name, limit = limit_for(case, inputs, exact, rows)
    found = {"error": error.max, "relative": error.relative, "bound": name}
    if not error.within(limit):
        return {**found, "limit": limit.max, "relative_limit": limit.relative, "why": "error over the limit"}
    cudnn = peers.sdpa("cudnn", case, *inputs[:3])
    if cudnn:
        theirs = cudnn().double()
        apart = ((o.double() - theirs).norm(dim=-1) / theirs.norm(dim=-1)).max().item()
        # Both are within the limit of the truth where rows were sampled; a single row may be worse than many together.
        if not apart <= 4 * limit.relative:
            return {**found, "why": f"a row is {apart:.3g} from cuDNN's, at most {4 * limit.relative:.3g}"}
    return {**found, "why": ""}


def once(call, flush):
    """Events around one cold run; read them after synchronizing."""
    start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
    flush.zero_()
    start.record()
    call()
    end.record()
    return start, end


def measure(contestants, device):
    """{name: median ms}, in rounds of one run each."""
    flush = torch.empty(FLUSH[device], dtype=torch.int8, device="cuda")

    def rounds(count):
        # A head start for the host: else launches would be timed, not kernels.
        for _ in range(HEAD_START):
            flush.zero_()
        events = [{name: once(call, flush) for name, call in contestants.items()} for _ in range(count)]
        torch.cuda.synchronize()
        return {name: [e[name][0].elapsed_time(e[name][1]) for e in events] for name in contestants}

    rounds(2)
    total = sum(statistics.median(times) for times in rounds(3).values()) / 1e3
    rounds(max(1, int(WARM / total)))
    count = int(SECONDS * len(contestants) / total)
    times = rounds(min(max(count, ROUNDS[0]), ROUNDS[1]))
    return {name: statistics.median(t) for name, t in times.items()}


def run(case, artifact, with_flex):
    """What a worker reports of a case: numbers first, then milliseconds."""
    problem = Problem(case, artifact.torch_device)
    call = problem.bind(artifact)
    found = check(problem, call)
    q, k, v, table = problem.inputs()
    contestants = {} if found["why"] else {"fovea": call}
    contestants |= {name: peers.sdpa(name, case, q, k, v) for name in peers.BACKENDS}
    if with_flex:
        contestants["flex"] = peers.flex(case, q, k, v, table)
    return {**found, "ms": measure({name: f for name, f in contestants.items() if f}, artifact.device)}
