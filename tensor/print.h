// Print: tensors as text.
#pragma once

#include <iosfwd>
#include <string>

#include "tensor/basic_tensor.h"

namespace tg {

// The elements in nested brackets, all in one width, then the shape:
//   [[ 1, 20],
//    [ 3,  4]]  (2, 2)
// A vector, or a tensor whose last size is 1, stands on one line if it fits. More than 1,000 elements are summarised:
// the first and last three along each dimension. Numbers are printed with the stream's precision, and a decimal point.
template <class T> std::ostream& operator<<(std::ostream& out, const BasicTensor<T>& x);

// One number as the functions above print it: with the stream's precision, and no trailing zeros.
template <class T> std::string number_text(const std::ostream& like, T value);

}  // namespace tg
