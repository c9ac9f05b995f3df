// All of tensor/: n-dimensional arrays and what can be computed with them. It knows nothing of gradients.
#pragma once

#include "tensor/basic_tensor.h"  // the array itself
#include "tensor/create.h"        // zeros ones full arange linspace eye
#include "tensor/elementary.h"    // exp sin tanh ...: a row a function
#include "tensor/elementwise.h"   // + - * / pow maximum, comparisons, where clamp
#include "tensor/error.h"
#include "tensor/indexing.h"  // masked_select masked_fill gather index_select
#include "tensor/join.h"      // cat stack repeat repeat_interleave
#include "tensor/lambda.h"    // elementwise(lambda, ...)
#include "tensor/linalg.h"    // matmul bmm dot
#include "tensor/memory.h"    // memory_in_use memory_release
#include "tensor/npy.h"       // save_npy load_npy
#include "tensor/print.h"     // std::cout << x
#include "tensor/random.h"    // manual_seed rand randn normal
#include "tensor/reduce.h"    // sum mean max min logsumexp
#include "tensor/softmax.h"   // softmax log_softmax
#include "tensor/sort.h"      // sort argsort argmax argmin
#include "tensor/threads.h"   // set_num_threads num_threads
#include "tensor/views.h"     // reshape transpose expand narrow ...
