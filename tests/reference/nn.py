"""Reference values for nn: the linear layer, Gaussian pooling, stochastic gradient descent and Adam.

    python3 tests/reference/nn.py > tests/reference/nn.txt

A tensor is written as <rank> <sizes...> <values...>.

    linear <seed> <in> <out> <1 with bias, 0 without>   torch.nn.Linear, made after manual_seed(seed)
    weight <tensor>
    bias <tensor>             (only with bias)
    x <tensor>                1-d, 2-d or 3-d
    y <tensor>                what the layer gives
    seed <tensor>             a cotangent of y, and the gradients it gives:
    dx <tensor>
    dweight <tensor>
    dbias <tensor>            (only with bias)
    end

    sgd <name> <lr> <momentum> <weight_decay> <1 with nesterov, 0 without>
    scale <tensor>            the loss is sum(scale (w - target)^2)
    target <tensor>
    w <tensor>                the start
    w <tensor>                after each of 5 steps: five such lines
    end

linear64 and sgd64 are the same in doubles.

    adam <name> <lr> <beta1> <beta2> <eps> <weight_decay>   torch.optim.Adam; adam64 in doubles
    scale, target and w       as above

    pooling64 <1 with exclude_self, 0 without>   Gaussian pooling in doubles, from torch's ops
    w <tensor>
    queries <tensor>
    keys <tensor>
    values <tensor>
    y <tensor>
    seed <tensor>             a cotangent of y, and the gradients it gives:
    dw <tensor>
    dqueries <tensor>
    dkeys <tensor>
    dvalues <tensor>
    end
"""
import torch
from torch import nn

torch.set_num_threads(1)


def line(word, t):
    t = t.detach()
    digits = "%.17g" if t.dtype == torch.float64 else "%.9g"
    print(word, t.dim(), *t.shape, *[digits % v for v in t.flatten().tolist()])


def linear(dtype=torch.float32, bits=""):
    cases = [(0, 3, 2, True, (3,)), (1, 4, 5, True, (6, 4)), (2, 3, 4, True, (2, 5, 3)), (3, 6, 2, False, (7, 6)),
             (4, 1, 1, True, (3, 1)), (5, 40, 30, True, (2, 3, 40))]
    for seed, size_in, size_out, with_bias, shape in cases:
        torch.manual_seed(seed)
        layer = nn.Linear(size_in, size_out, bias=with_bias, dtype=dtype)
        x = torch.randn(shape, dtype=dtype, requires_grad=True)
        y = layer(x)
        cotangent = torch.randn(y.shape, dtype=dtype)
        y.backward(cotangent)
        print("linear" + bits, seed, size_in, size_out, int(with_bias))
        line("weight", layer.weight)
        if with_bias:
            line("bias", layer.bias)
        line("x", x)
        line("y", y)
        line("seed", cotangent)
        line("dx", x.grad)
        line("dweight", layer.weight.grad)
        if with_bias:
            line("dbias", layer.bias.grad)
        print("end")


def steps(trainer, w, scale, target):
    line("scale", scale)
    line("target", target)
    line("w", w)
    for _ in range(5):
        trainer.zero_grad()
        (scale * (w - target) ** 2).sum().backward()
        trainer.step()
        line("w", w)
    print("end")


def parabola(dtype):
    torch.manual_seed(6)
    return (torch.rand(2, 3) + 0.5).to(dtype), torch.randn(2, 3).to(dtype), torch.randn(2, 3).to(dtype)


def sgd(dtype=torch.float32, bits=""):
    scale, target, start = parabola(dtype)
    cases = [("plain", 0.1, 0, 0, False), ("momentum", 0.1, 0.9, 0, False), ("decay", 0.1, 0, 0.2, False),
             ("nesterov", 0.1, 0.8, 0, True), ("momentum-decay", 0.05, 0.9, 0.1, False),
             ("all", 0.05, 0.7, 0.3, True)]
    for name, lr, momentum, decay, nesterov in cases:
        w = nn.Parameter(start.clone())
        trainer = torch.optim.SGD([w], lr=lr, momentum=momentum, weight_decay=decay, nesterov=nesterov)
        print("sgd" + bits, name, lr, momentum, decay, int(nesterov))
        steps(trainer, w, scale, target)


def adam(dtype=torch.float32, bits=""):
    scale, target, start = parabola(dtype)
    cases = [("plain", 0.001, (0.9, 0.999), 1e-8, 0), ("fast", 0.5, (0.9, 0.999), 1e-8, 0),
             ("betas", 0.1, (0.5, 0.8), 1e-8, 0), ("no-memory", 0.1, (0, 0), 1e-8, 0),
             ("eps", 0.1, (0.9, 0.999), 0.3, 0), ("decay", 0.1, (0.9, 0.999), 1e-8, 0.4),
             ("all", 0.2, (0.8, 0.95), 0.01, 0.1)]
    for name, lr, betas, eps, decay in cases:
        w = nn.Parameter(start.clone())
        trainer = torch.optim.Adam([w], lr=lr, betas=betas, eps=eps, weight_decay=decay)
        print("adam" + bits, name, lr, *betas, eps, decay)
        steps(trainer, w, scale, target)


def pooling():
    torch.manual_seed(7)
    for exclude_self, m, n, d, sizes in [(False, 3, 5, 1, ()), (True, 6, 6, 1, ()), (False, 4, 7, 3, (2,)),
                                         (True, 5, 5, 2, (3,)), (False, 20, 70, 2, ())]:
        queries, keys = torch.randn(m, d, dtype=torch.float64), torch.randn(n, d, dtype=torch.float64)
        values, w = torch.randn(n, *sizes, dtype=torch.float64), torch.rand(d, dtype=torch.float64) + 0.5
        inputs = [w, queries, keys, values]
        for x in inputs:
            x.requires_grad_()
        scores = -(((queries[:, None] - keys[None]) * w) ** 2).sum(2) / 2
        if exclude_self:
            scores = scores.masked_fill(torch.eye(n, dtype=torch.bool), -float("inf"))
        y = torch.softmax(scores, 1) @ values
        cotangent = torch.randn(y.shape, dtype=torch.float64)
        y.backward(cotangent)
        print("pooling64", int(exclude_self))
        names = ["w", "queries", "keys", "values"]
        for name, x in zip(names, inputs):
            line(name, x)
        line("y", y)
        line("seed", cotangent)
        for name, x in zip(names, inputs):
            line("d" + name, x.grad)
        print("end")


print("# PyTorch %s. Regenerate: python3 tests/reference/nn.py > tests/reference/nn.txt" % torch.__version__)
linear()
sgd()
adam()
linear(torch.float64, "64")
sgd(torch.float64, "64")
adam(torch.float64, "64")
pooling()
