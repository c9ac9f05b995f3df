// All of autograd/: Variables, the tape, and the gradient rule of every op.
#pragma once

#include "autograd/elementwise.h"  // + - * / exp log tanh ... pow maximum minimum where clamp
#include "autograd/functional.h"   // vjp jvp hvp jacobian hessian
#include "autograd/gradcheck.h"    // gradcheck gradgradcheck
#include "autograd/indexing.h"     // masked_select masked_fill gather index_select
#include "autograd/instances.h"    // so that programs need not compile the ops anew
#include "autograd/join.h"         // cat stack repeat repeat_interleave
#include "autograd/lambda.h"       // elementwise: a lambda of your own, differentiated
#include "autograd/linalg.h"       // matmul bmm dot
#include "autograd/record.h"       // record: an op of your own
#include "autograd/reduce.h"       // sum mean max min logsumexp
#include "autograd/softmax.h"      // softmax log_softmax
#include "autograd/sort.h"         // sort
#include "autograd/tape.h"         // Tape: backward, gradient
#include "autograd/variable.h"     // Variable: value, grad
#include "autograd/views.h"        // reshape transpose expand narrow ...
#include "tensor/tensor.h"
