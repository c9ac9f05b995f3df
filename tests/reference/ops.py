"""Reference values for every op: float32 values, gradients and second gradients from PyTorch.

    python3 tests/reference/ops.py > tests/reference/ops.txt

One record a case; every line is a word followed by numbers, so `stream >> token` reads it
(nan, inf and -inf occur: read a token and give it to strtod):

    case <row-name>
    input  <rank> <sizes...> <values...>    one line an input
    output <rank> <sizes...> <values...>    y = f(inputs)
    seed   <rank> <sizes...> <values...>    a random cotangent of the output's shape
    grad   <rank> <sizes...> <values...>    one line an input: d sum(seed * y) / d input
    second <rank> <sizes...> <values...>    one line an input: d S / d input, where
                                            S = sum over the inputs i of sum(grad_i * v_i),
                                            v_i[k] = cos(k), k the flattened index 0, 1, 2, ...
    end

Rows that end in _kink (ties, edges, zeros, infinities, nan) have no `second` lines; rows without
a derivative (argmax argmin argsort) have only `input` and `output`. A constant, mask or index is
fixed by the row, stands in the comment beside it, and is repeated by the row of the C++ test.
"""
import math

import torch
import torch.nn.functional as F

torch.manual_seed(0)
torch.set_num_threads(1)
nan, inf = math.nan, math.inf
print("# PyTorch %s, float32. Regenerate: python3 tests/reference/ops.py > tests/reference/ops.txt"
      % torch.__version__)


# ---- writing a record --------------------------------------------------------------------------

def line(word, t):
    numbers = [str(t.dim())] + [str(n) for n in t.shape]
    numbers += ["%.9g" % v for v in t.detach().reshape(-1).tolist()]
    print(word, *numbers)


def record(name, f, inputs, second):
    """One case: the value of f, its gradient, and if asked the gradient of the gradient."""
    inputs = [x.clone().requires_grad_() for x in inputs]
    y = f(*inputs)
    seed = torch.randn(y.shape)
    grads = torch.autograd.grad(y, inputs, seed, create_graph=second)
    print("case", name)
    for x in inputs:
        line("input", x)
    line("output", y)
    line("seed", seed)
    for g in grads:
        line("grad", g)
    if second:
        v = [torch.arange(g.numel()).double().cos().float().reshape(g.shape) for g in grads]
        s = sum((g * w).sum() for g, w in zip(grads, v))
        # An S that does not depend on an input has a zero gradient towards it.
        seconds = (torch.autograd.grad(s, inputs, allow_unused=True) if s.requires_grad
                   else [None] * len(inputs))
        for x, h in zip(inputs, seconds):
            line("second", torch.zeros_like(x) + (0 if h is None else h))
    print("end")


def row(name, f, cases):
    for case in cases:
        record(name, f, case, second=True)


def kink(name, f, *cases):
    """First order only. A case is a tuple of inputs, written as numbers or nested lists."""
    for case in cases:
        record(name, f, [torch.tensor(x, dtype=torch.float32) for x in case], second=False)


def index(name, f, cases):
    """No derivative: the output holds whole numbers."""
    for (x,) in cases:
        print("case", name)
        line("input", x)
        line("output", f(x))
        print("end")


# ---- random inputs; each takes a shape ---------------------------------------------------------

def normal(s):
    return torch.randn(s)


def uniform(low, high):
    return lambda s: low + (high - low) * torch.rand(s)


def sign(s):
    return (torch.rand(s) < 0.5).float() * 2 - 1


def away(s):
    """Both signs, at least 0.3 away from 0."""
    return sign(s) * uniform(0.3, 1.5)(s)


def inside_or_outside(s):
    """At least 0.1 away from -0.5 and 0.5."""
    inside = torch.rand(s) < 0.5
    return sign(s) * torch.where(inside, uniform(0, 0.4)(s), uniform(0.6, 1.5)(s))


def distinct(s):
    """No two values nearer than 0.1."""
    n = math.prod(s)
    return ((torch.randperm(n) - n / 2) * 0.2 + uniform(-0.05, 0.05)(n)).reshape(s)


def steps(shift):
    """Near shift, shift +- 0.4, ...: steps(0) and steps(0.2) never come nearer than 0.1."""
    return lambda s: torch.randint(-4, 4, s) * 0.4 + shift + uniform(-0.05, 0.05)(s)


positive = uniform(0.5, 2)
SHAPES = [(2, 3), (19,), (2, 1, 3), (), (0, 3)]
PAIRS = [((2, 3), (2, 3)), ((3, 1), (1, 4)), ((2, 3), (3,)), ((2, 1, 3), (4, 1)),
         ((), ()), ((), (2, 3)), ((17,), ()), ((0, 3), (0, 3)), ((0, 3), (3,))]


def ones(make, shapes=SHAPES):
    return [(make(s),) for s in shapes]


def pairs(make_a, make_b, shapes=PAIRS):
    return [(make_a(s), make_b(t)) for s, t in shapes]


# ---- elementwise, two inputs -------------------------------------------------------------------

row("add", lambda a, b: a + b, pairs(normal, normal))
row("sub", lambda a, b: a - b, pairs(normal, normal))
row("mul", lambda a, b: a * b, pairs(normal, normal))
row("div", lambda a, b: a / b, pairs(normal, away))
row("pow", torch.pow, pairs(positive, uniform(-2, 2)))
row("maximum", torch.maximum, pairs(steps(0), steps(0.2)))
row("minimum", torch.minimum, pairs(steps(0), steps(0.2)))
row("where", lambda a, b: torch.where(a > b, a, b * b),  # the mask is a > b
    pairs(steps(0), steps(0.2)))

# ---- elementwise, one input --------------------------------------------------------------------

row("neg", torch.neg, ones(normal))
row("abs", torch.abs, ones(away))
row("square", torch.square, ones(normal))
row("sqrt", torch.sqrt, ones(positive))
row("exp", torch.exp, ones(normal))
row("log", torch.log, ones(positive))
row("sin", torch.sin, ones(normal))
row("cos", torch.cos, ones(normal))
row("tanh", torch.tanh, ones(normal))
row("sigmoid", torch.sigmoid, ones(normal))
row("relu", torch.relu, ones(away))
row("clamp", lambda x: x.clamp(-0.5, 0.5), ones(inside_or_outside))  # to [-0.5, 0.5]
row("pow_scalar", lambda x: x ** 0.8, ones(positive))  # x^0.8
row("add_scalar", lambda x: x + 2, ones(normal))       # x + 2
row("scalar_sub", lambda x: 2 - x, ones(normal))       # 2 - x
row("mul_scalar", lambda x: 2 * x, ones(normal))       # 2 x
row("scalar_div", lambda x: 2 / x, ones(away))         # 2 / x

# ---- masks: both take the mask x > 0 from their input ------------------------------------------

MASKED = [(2, 3), (19,), (2, 1, 3), (0, 3)]
row("masked_select", lambda x: x.masked_select(x > 0),
    ones(away, MASKED) + [(-away((2, 2)).abs(),)])               # the last one selects nothing
row("masked_fill", lambda x: x.masked_fill(x > 0, 7),            # filled with 7
    ones(away))

# ---- reductions --------------------------------------------------------------------------------

ALL = [(2, 3), (19,), (2, 3, 4), ()]     # over all elements
DIM = [(2, 3), (19,), (2, 3, 4), (3, 1)]
EMPTY = [(0, 3)]
reductions = {  # name: (over all, over a dim, makes an input, has a value for no elements)
    "sum": (torch.sum, torch.sum, normal, True),
    "mean": (torch.mean, torch.mean, normal, True),  # the mean of nothing is nan
    "max": (torch.max, lambda x, d, k=False: x.max(d, k).values, distinct, False),
    "min": (torch.min, lambda x, d, k=False: x.min(d, k).values, distinct, False),
    "logsumexp": (lambda x: x.reshape(-1).logsumexp(0), torch.logsumexp, normal, True),
}
for name, (over_all, over_dim, make, has_empty) in reductions.items():
    row(name, over_all, ones(make, ALL + (EMPTY if has_empty else [])))
    row(name + "_dim", lambda x: over_dim(x, -1), ones(make, DIM + EMPTY))  # dim -1
    row(name + "_dim0_keepdim", lambda x: over_dim(x, 0, True),             # dim 0, keepdim
        ones(make, DIM + (EMPTY if has_empty else [])))

row("sort", lambda x: x.sort(-1).values, ones(distinct, DIM + EMPTY))  # last dim, the values
row("sort_descending", lambda x: x.sort(-1, descending=True).values, ones(distinct, DIM + EMPTY))

# ---- linear algebra ----------------------------------------------------------------------------

row("matmul_2d", torch.matmul, pairs(normal, normal, [
    ((3, 4), (4, 5)), ((1, 4), (4, 1)), ((3, 1), (1, 2)), ((0, 3), (3, 2)), ((2, 0), (0, 3))]))
row("matmul_vec_vec", torch.matmul, pairs(normal, normal, [((4,), (4,)), ((1,), (1,)),
                                                           ((0,), (0,))]))
row("matmul_mat_vec", torch.matmul, pairs(normal, normal, [((3, 4), (4,)), ((1, 4), (4,))]))
row("matmul_vec_mat", torch.matmul, pairs(normal, normal, [((4,), (4, 5)), ((4,), (4, 1))]))
row("matmul_batch", torch.matmul, pairs(normal, normal, [  # batches broadcast
    ((2, 1, 3, 4), (5, 4, 2)), ((2, 3, 4), (2, 4, 2)), ((3, 4), (2, 4, 2)), ((2, 3, 4), (4, 2)),
    ((2, 3, 4), (4,)), ((4,), (2, 4, 3)), ((0, 3, 4), (4, 2))]))
row("bmm", torch.bmm, pairs(normal, normal, [((2, 3, 4), (2, 4, 5)), ((5, 1, 6), (5, 6, 1)),
                                             ((0, 2, 3), (0, 3, 2))]))
row("dot", torch.dot, pairs(normal, normal, [((4,), (4,)), ((19,), (19,)), ((0,), (0,))]))

# ---- softmax -----------------------------------------------------------------------------------

row("softmax", lambda x: x.softmax(-1), ones(normal, DIM + EMPTY))           # dim -1
row("log_softmax", lambda x: x.log_softmax(-1), ones(normal, DIM + EMPTY))   # dim -1
row("softmax_dim0", lambda x: x.softmax(0), ones(normal, DIM + EMPTY))       # dim 0
row("log_softmax_dim0", lambda x: x.log_softmax(0), ones(normal, DIM + EMPTY))

# ---- shape -------------------------------------------------------------------------------------

row("reshape", lambda x: x.reshape(3, -1), ones(normal, [(2, 6), (3,), (2, 3, 2)]))  # to (3, -1)
row("flatten", torch.flatten, ones(normal, [(2, 3, 4), (5,), (), (0, 3)]))
row("unsqueeze", lambda x: x.unsqueeze(1), ones(normal, [(2, 3), (3,), (0, 3)]))     # dim 1
row("squeeze", lambda x: x.squeeze(1), ones(normal, [(2, 1, 3), (3, 1)]))            # dim 1
row("transpose", lambda x: x.transpose(0, 1),                                        # dims 0, 1
    ones(normal, [(2, 3), (2, 3, 4), (1, 4), (0, 3)]))
row("permute", lambda x: x.permute(2, 0, 1), ones(normal, [(2, 3, 4), (3, 1, 2)]))   # (2, 0, 1)
row("expand", lambda x: x.expand(2, 3, 4),                                           # to (2, 3, 4)
    ones(normal, [(3, 1), (4,), (2, 1, 4), (2, 3, 4), ()]))
row("repeat", lambda x: x.repeat(2, 3), ones(normal, [(2, 3), (1, 4), (0, 3)]))      # by (2, 3)
row("repeat_new_dim", lambda x: x.repeat(2, 2), ones(normal, [(3,), (1,)]))  # by (2, 2), rank 1
row("repeat_interleave", lambda x: x.repeat_interleave(3),                   # by 3, flattened
    ones(normal, [(4,), (2, 3), (0,)]))
row("repeat_interleave_dim", lambda x: x.repeat_interleave(2, 1),            # by 2, dim 1
    ones(normal, [(2, 3), (2, 3, 2)]))
row("cat", lambda a, b: torch.cat([a, b], 1),                                # dim 1
    pairs(normal, normal, [((2, 3), (2, 2)), ((2, 3, 2), (2, 1, 2)), ((2, 0), (2, 3))]))
row("stack", lambda a, b: torch.stack([a, b], 1),                            # dim 1
    pairs(normal, normal, [((2, 3), (2, 3)), ((4,), (4,))]))
row("narrow", lambda x: x.narrow(1, 1, 3),                                   # dim 1, from 1, 3 long
    ones(normal, [(4, 5), (2, 4, 2)]))
row("index_select", lambda x: x.index_select(0, torch.tensor([2, 0, 2])),    # dim 0, [2, 0, 2]
    ones(normal, [(4, 3), (3,), (3, 2, 2)]))
row("gather",                                  # dim 1, index [[0, 0, 3], [1, 2, 2], [3, 0, 1]]
    lambda x: x.gather(1, torch.tensor([[0, 0, 3], [1, 2, 2], [3, 0, 1]])),
    ones(normal, [(3, 4), (3, 5)]))

# ---- losses: inputs are the prediction and the target ------------------------------------------

SAME = [((2, 3), (2, 3)), ((19,), (19,)), ((), ()), ((0, 3), (0, 3))]
for reduction in ["none", "mean", "sum"]:  # the mean of nothing is nan
    def reduce(t):
        return t if reduction == "none" else getattr(t, reduction)()
    row("mse_loss_" + reduction, lambda a, b: F.mse_loss(a, b, reduction=reduction),
        pairs(normal, normal, SAME))
    row("l2_loss_" + reduction, lambda a, b: reduce((a - b) ** 2 / 2),  # Gluon's, with the half
        pairs(normal, normal, SAME))

# ---- kinks: edges, ties, zeros -----------------------------------------------------------------

kink("relu_kink", torch.relu, ([-1, -0.0, 0, 1],))
kink("abs_kink", torch.abs, ([-1, -0.0, 0, 1],))
kink("sqrt_kink", torch.sqrt, ([0, 0, 4],))
kink("log_kink", torch.log, ([0, 1],))
kink("div_kink", lambda a, b: a / b, ([1, -1, 0, 2], [0, 0, 0, 4]))
kink("clamp_kink", lambda x: x.clamp(-0.5, 0.5), ([-0.5, 0.5, 0, -1, 1],))  # to [-0.5, 0.5]
kink("maximum_kink", torch.maximum, ([1, 2, 3], [1, 3, 2]), ([[1], [2]], [1, 2, 3]))
kink("minimum_kink", torch.minimum, ([1, 2, 3], [1, 3, 2]), ([[1], [2]], [1, 2, 3]))
kink("pow_kink", torch.pow, ([0, 0, 0, 2], [0, 1, 2, 0]), ([0, 0], [0.5, -1]),
     ([-2, -2, -2], [2, 3, 0]))
kink("pow_scalar_kink", lambda x: x ** 0.8, ([0, 1],))                      # x^0.8
kink("max_kink", torch.max, ([1, 3, 3, 2, 3],), ([[2, 2], [2, 2]],))
kink("min_kink", torch.min, ([3, 1, 1, 2, 1],), ([[2, 2], [2, 2]],))
kink("max_dim_kink", lambda x: x.max(-1).values, ([[1, 3, 3], [2, 2, 2], [4, 0, 4]],))  # dim -1
kink("min_dim_kink", lambda x: x.min(-1).values, ([[3, 1, 1], [2, 2, 2], [0, 4, 0]],))  # dim -1
kink("sort_kink", lambda x: x.sort(stable=True, dim=-1).values, ([2, 1, 2, 1],))            # stable

# ---- kinks: infinities and nan -----------------------------------------------------------------

kink("exp_inf_kink", torch.exp, ([100, -200, inf, -inf, nan, 88, -80],))
kink("tanh_inf_kink", torch.tanh, ([100, -100, inf, -inf, nan],))
kink("sigmoid_inf_kink", torch.sigmoid, ([100, -200, inf, -inf, nan],))
kink("logsumexp_inf_kink", lambda x: x.reshape(-1).logsumexp(0),
     ([-inf, 1, 2],), ([-inf, 1, -inf],), ([-inf, -inf],), ([inf, 1],), ([nan, 1],))
kink("logsumexp_dim_inf_kink", lambda x: x.logsumexp(-1),                   # dim -1
     ([[-inf, 1, 2], [-inf, -inf, -inf], [200, -200, 199]],))
kink("softmax_inf_kink", lambda x: x.softmax(-1),                           # dim -1
     ([-inf, 1, 2],), ([[-inf, 1, -inf], [-inf, -inf, -inf], [200, -200, 199]],), ([inf, 1],),
     ([nan, 1],))
kink("log_softmax_inf_kink", lambda x: x.log_softmax(-1),                   # dim -1
     ([-inf, 1, 2],), ([[-inf, 1, -inf], [-inf, -inf, -inf], [200, -200, 199]],), ([inf, 1],),
     ([nan, 1],))
kink("max_nan_kink", torch.max, ([1, nan, 3],), ([nan, 3, nan],))
kink("min_nan_kink", torch.min, ([1, nan, 3],), ([nan, 3, nan],))
kink("max_dim_nan_kink", lambda x: x.max(-1).values, ([[1, nan, 3], [nan, 3, nan]],))   # dim -1
kink("min_dim_nan_kink", lambda x: x.min(-1).values, ([[1, nan, 3], [nan, 3, nan]],))   # dim -1
kink("maximum_nan_kink", torch.maximum, ([nan, 1, nan], [1, nan, nan]))
kink("minimum_nan_kink", torch.minimum, ([nan, 1, nan], [1, nan, nan]))
kink("relu_nan_kink", torch.relu, ([nan, 1, inf, -inf],))
kink("abs_nan_kink", torch.abs, ([nan, 1, inf, -inf],))
kink("clamp_nan_kink", lambda x: x.clamp(-0.5, 0.5), ([nan, 0, inf, -inf],))  # to [-0.5, 0.5]
kink("sort_nan_kink", lambda x: x.sort(stable=True, dim=-1).values, ([nan, 1, nan, -inf, inf],))

# ---- indices: no derivative; _kink: ties and nan -----------------------------------------------

TIES = [(torch.tensor([[1, 3, 3], [2, 2, 2], [4, 0, 4], [3, 1, 1]]).float(),),
        (torch.tensor([[1, nan, 3], [nan, 3, nan]]),)]
index("argmax", lambda x: x.argmax(-1), ones(distinct, DIM + EMPTY))        # dim -1
index("argmin", lambda x: x.argmin(-1), ones(distinct, DIM + EMPTY))        # dim -1
index("argsort", lambda x: x.argsort(-1), ones(distinct, DIM + EMPTY))      # dim -1
index("argmax_kink", lambda x: x.argmax(-1), TIES)                          # dim -1
index("argmin_kink", lambda x: x.argmin(-1), TIES)                          # dim -1
index("argsort_kink", lambda x: x.sort(stable=True, dim=-1).indices, TIES)      # dim -1, stable

# ---- attention pooling: inputs are queries, keys, values and the parameter; weights without values ----

def pool(score, s=lambda total: total, exclude_self=False):
    """softmax of s(sum over the features of score(q, k, w)), times the values if there are any."""
    def f(*x):
        q, k, w = x[0], x[1], x[-1]
        scores = s(score(q.reshape(len(q), 1, -1), k.reshape(1, len(k), -1), w).sum(-1))
        if exclude_self:
            scores = scores.masked_fill(torch.eye(len(k)).bool(), -inf)
        return scores.softmax(1) if len(x) == 3 else scores.softmax(1) @ x[2]
    return f


def pooled(*cases):
    return [tuple(normal(s) for s in case[:-1]) + (positive(case[-1]),) for case in cases]


def gaussian(q, k, w):
    return -((q - k) * w) ** 2 / 2


def laplace(total):
    return -(total + 0.1).sqrt()


row("attention_pooling", pool(gaussian), pooled(
    ((3,), (5,), (5,), ()), ((17,), (2,), (2,), (1,)), ((1,), (70,), (70,), (1,)),
    ((4, 2), (3, 2), (3,), (2,)), ((2, 3), (4, 3), (4, 2), (1,)), ((3, 1), (1, 1), (1, 3), ())))
row("attention_pooling_laplace", pool(lambda q, k, w: ((q - k) * w) ** 2, laplace), pooled(
    ((3,), (5,), (5,), ()), ((4, 2), (3, 2), (3, 2), (2,))))
row("attention_pooling_dot", pool(lambda q, k, w: q * k * w), pooled(((4, 3), (5, 3), (5,), (3,))))
row("attention_pooling_exclude_self", pool(gaussian, exclude_self=True), pooled(
    ((5,), (5,), (5,), (1,)), ((2, 2), (2, 2), (2, 2), (2,)), ((20,), (20,), (20,), (1,))))
row("attention_weights", pool(gaussian), pooled(((3,), (5,), ()), ((4, 2), (3, 2), (2,))))
row("attention_weights_laplace", pool(lambda q, k, w: ((q - k) * w) ** 2, laplace), pooled(
    ((4, 2), (3, 2), (1,)),))
row("attention_weights_exclude_self", pool(gaussian, exclude_self=True), pooled(((5,), (5,), (1,))))

# ---- rows that came later, from a seed of their own, so that those above keep their numbers --------

torch.manual_seed(1)
row("select", lambda x: x.select(1, -2),                                     # dim 1, the last but one
    ones(normal, [(2, 3), (4, 5, 2), (2, 4, 3, 2), (0, 2)]))
