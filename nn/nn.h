// All of nn/: modules, layers, losses and optimisers; attention pooling and its models.
#pragma once

#include "nn/attention/attention.h"  // attention_pooling attention_weights
#include "nn/attention/logsumexp.h"  // attention_logsumexp
#include "nn/attention/models.h"     // AveragePooling GaussianPooling NadarayaWatson
#include "nn/layers.h"               // Linear Softmax Bmm Repeat MaskedSelect Sequential
#include "nn/loss.h"                 // mse_loss l2_loss
#include "nn/module.h"               // Module: parameters, save, load
#include "nn/optim.h"                // SGD Adam
