"""Reference values for vjp, jvp, hvp, jacobian and hessian, from torch.autograd.functional in float64.

    python3 tests/reference/functional.py > tests/reference/functional.txt

A tensor is written as <rank> <sizes...> <values...>.

    case <name>               a function f of one or several inputs; tests/autograd/functional_test.cpp has it too
    input <tensor>            one line an input
    v <tensor>                a vector of the output's shape
    t <tensor>                a vector of the input's shape: one line an input
    output <tensor>           f(inputs)
    vjp <tensor>              v^T J: one line an input
    jvp <tensor>              J t
    jacobian <tensor>         one line an input: the output's sizes, then the input's
    hvp <tensor>              H t of sum(f(inputs)^2): one line an input
    hessian <tensor>          of sum(f(inputs)^2): one line for each pair of inputs, the last fastest
    end
"""
import torch
from torch.autograd import functional

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)
torch.manual_seed(0)


def line(word, t):
    print(word, t.dim(), *t.shape, *["%.17g" % v for v in t.detach().flatten().tolist()])


def record(name, f, *inputs):
    v, t = torch.randn(f(*inputs).shape), tuple(torch.randn(x.shape) for x in inputs)
    energy = lambda *x: (f(*x) ** 2).sum()
    output, vjp = functional.vjp(f, inputs, v)
    _, jvp = functional.jvp(f, inputs, t)
    _, hvp = functional.hvp(energy, inputs, t)
    print("case", name)
    for x in inputs:
        line("input", x)
    line("v", v)
    for x in t:
        line("t", x)
    line("output", output)
    for g in vjp:
        line("vjp", g)
    line("jvp", jvp)
    for j in functional.jacobian(f, inputs):
        line("jacobian", j)
    for h in hvp:
        line("hvp", h)
    for row in functional.hessian(energy, inputs):
        for h in row:
            line("hessian", h)
    print("end")


def attention(q, k, v, w):
    return torch.softmax(-((q[:, None] - k) * w) ** 2 / 2, 1) @ v


print("# PyTorch %s. Regenerate: python3 tests/reference/functional.py > tests/reference/functional.txt"
      % torch.__version__)
randn = torch.randn
record("elementary", lambda x: x.exp() * x.sin() + x ** 3, randn(2, 3))
record("single_number", lambda x: x.tanh() * x, randn(()))
record("one_element", lambda x: x.sigmoid(), randn(1))
record("broadcast", lambda a, b: a * b / (1 + b ** 2), randn(2, 1), randn(3))
record("matmul", lambda a, b: a @ b, randn(2, 3), randn(3, 4))
record("matmul_softmax", lambda x, w, b: torch.softmax(x @ w + b, 1), randn(4, 3), randn(3, 2), randn(2))
record("log_softmax", lambda x: torch.log_softmax(x, 0), randn(3, 2))
record("reductions", lambda x: torch.cat([(x * x).sum(0), x.logsumexp(1), x.mean().reshape(1)]), randn(3, 4))
record("to_one_number", lambda x: (x * x).sum().sqrt(), randn(5))
record("selection", lambda x: torch.index_select(x.exp(), 1, torch.tensor([0, 2, 2, 1])), randn(2, 3))
record("kinks", lambda x: torch.where(x > 0, x * x, torch.relu(x) - 2 * x.abs()), randn(6))
record("affine", lambda x: 3 * x.transpose(0, 1) - 1, randn(2, 3))
record("of_one_input_of_two", lambda a, b: a.cos(), randn(3), randn(2, 2))
record("constant", lambda x: torch.ones(2), randn(3))
record("attention", attention, randn(3), randn(5), randn(5), torch.rand(1) + 0.5)
