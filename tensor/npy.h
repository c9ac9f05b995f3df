// Npy: NumPy's files of arrays. Data comes from NumPy, and results go back:
//
//   numpy.save('x.npy', x.astype('float32'))     const Tensor x = load_npy("x.npy");
//   y = numpy.load('y.npy')                      save_npy("y.npy", y);
#pragma once

#include <string>

#include "tensor/basic_tensor.h"

namespace tg {

// Writes x, of any shape, as format 1.0: a float as <f4, a double as <f8, an int64 as <i8, a bool as |b1. It is written
// aside and renamed, so that a crash leaves no half of a file. Throws if x is empty or that fails. As numpy.save.
template <class T> void save_npy(const std::string& path, const BasicTensor<T>& x);

// y = the array in a file, of its shape, format 1.0 to 3.0, in C's or Fortran's order: load_npy<double>(path) of <f8,
// and so on. Throws if the file cannot be read, is cut short or damaged, holds numbers of another kind than T, which
// are not converted, or an array of more than eight dimensions. As numpy.load.
template <class T = float> BasicTensor<T> load_npy(const std::string& path);

}  // namespace tg
