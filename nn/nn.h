// All of nn/: modules, layers, pooling models, losses and the optimiser.
#pragma once

#include "autograd/autograd.h"
#include "nn/layers.h"  // Linear Softmax Bmm Repeat MaskedSelect Sequential
#include "nn/loss.h"    // mse_loss l2_loss
#include "nn/module.h"  // Module: parameters, save, load
#include "nn/pooling.h" // AveragePooling GaussianPooling NadarayaWatson
#include "nn/sgd.h"     // SGD
