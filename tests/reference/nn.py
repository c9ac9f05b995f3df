"""Reference values for nn: the linear layer and stochastic gradient descent.

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
"""
import torch
from torch import nn

torch.set_num_threads(1)


def line(word, t):
    t = t.detach()
    print(word, t.dim(), *t.shape, *["%.9g" % v for v in t.flatten().tolist()])


def linear():
    cases = [(0, 3, 2, True, (3,)), (1, 4, 5, True, (6, 4)), (2, 3, 4, True, (2, 5, 3)), (3, 6, 2, False, (7, 6)),
             (4, 1, 1, True, (3, 1)), (5, 40, 30, True, (2, 3, 40))]
    for seed, size_in, size_out, with_bias, shape in cases:
        torch.manual_seed(seed)
        layer = nn.Linear(size_in, size_out, bias=with_bias)
        x = torch.randn(shape, requires_grad=True)
        y = layer(x)
        cotangent = torch.randn(y.shape)
        y.backward(cotangent)
        print("linear", seed, size_in, size_out, int(with_bias))
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


def sgd():
    torch.manual_seed(6)
    scale, target, start = torch.rand(2, 3) + 0.5, torch.randn(2, 3), torch.randn(2, 3)
    cases = [("plain", 0.1, 0, 0, False), ("momentum", 0.1, 0.9, 0, False), ("decay", 0.1, 0, 0.2, False),
             ("nesterov", 0.1, 0.8, 0, True), ("momentum-decay", 0.05, 0.9, 0.1, False),
             ("all", 0.05, 0.7, 0.3, True)]
    for name, lr, momentum, decay, nesterov in cases:
        w = nn.Parameter(start.clone())
        trainer = torch.optim.SGD([w], lr=lr, momentum=momentum, weight_decay=decay, nesterov=nesterov)
        print("sgd", name, lr, momentum, decay, int(nesterov))
        line("scale", scale)
        line("target", target)
        line("w", w)
        for _ in range(5):
            trainer.zero_grad()
            (scale * (w - target) ** 2).sum().backward()
            trainer.step()
            line("w", w)
        print("end")


print("# PyTorch %s. Regenerate: python3 tests/reference/nn.py > tests/reference/nn.txt" % torch.__version__)
linear()
sgd()
