# KernelReg: the peer of regression.cpp, by statsmodels. It gives means and slopes, as ours does.
#   kernel_reg.py FILE n step h1 h2    FILE holds two features and the values, n of each, in double
# Then, for each line read, so many runs are done and their seconds printed; "result" prints each step-th mean, or the
# bandwidths that were chosen by leave-one-out, where those given are 0.
import sys
import time

import numpy
from statsmodels.nonparametric.kernel_regression import KernelReg

n, step = int(sys.argv[2]), int(sys.argv[3])
given = [float(h) for h in sys.argv[4:]]
x1, x2, y = numpy.fromfile(sys.argv[1]).reshape(3, n)
chosen = not any(given)


def answers():
    model = KernelReg(y, numpy.column_stack([x1, x2]), "cc", reg_type="lc", bw="cv_ls" if chosen else given)
    return model.bw if chosen else model.fit()[0][::step]


for line in sys.stdin:
    if line == "result\n":
        for value in answer:
            print(repr(float(value)), flush=True)
    else:
        begin = time.perf_counter()
        for _ in range(int(line)):
            answer = answers()
        print(time.perf_counter() - begin, flush=True)
