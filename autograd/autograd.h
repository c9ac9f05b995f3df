// All of autograd/: Variables, the tape, and the gradient rule of every op.
#pragma once

#include "autograd/arithmetic.h"  // + - * / pow maximum minimum where
#include "autograd/elementary.h"  // abs square sqrt exp log sin cos tanh sigmoid relu clamp
#include "autograd/lambda.h" // elementwise: a lambda of your own, differentiated
#include "autograd/functional.h"  // vjp jvp hvp jacobian hessian
#include "autograd/gradcheck.h"   // gradcheck gradgradcheck
#include "autograd/join.h"        // cat stack repeat repeat_interleave
#include "autograd/linalg.h"      // matmul bmm dot
#include "autograd/pooling.h"     // attention_pooling
#include "autograd/record.h"      // record: an op of your own
#include "autograd/reduce.h"      // sum mean max min logsumexp
#include "autograd/indexing.h"      // masked_select masked_fill gather index_select sort
#include "autograd/softmax.h"     // softmax log_softmax
#include "autograd/tape.h"        // Tape: backward, gradient
#include "autograd/variable.h"    // Variable: value, grad
#include "autograd/views.h"       // reshape transpose expand narrow ...
#include "tensor/tensor.h"
