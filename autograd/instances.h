// Instances: the ops on Variables of floats and of doubles are compiled once, in instances.cpp, and not in every
// program that uses them. (An op that is missing here works, and is compiled where it is used.)
#pragma once

#include "autograd/elementwise.h"
#include "autograd/indexing.h"
#include "autograd/join.h"
#include "autograd/linalg.h"
#include "autograd/reduce.h"
#include "autograd/softmax.h"
#include "autograd/sort.h"
#include "autograd/views.h"

namespace tg {

// clang-format off
#define TG_INSTANCES(INSTANCE, T, V)                                                                \
  INSTANCE V where(const Mask&, const V&, const V&);                                                \
  INSTANCE V clamp(const V&, T, T);                                                                 \
  INSTANCE V masked_select(const V&, const Mask&);                                                  \
  INSTANCE V masked_scatter(const V&, const Mask&, const Shape&);                                   \
  INSTANCE V masked_fill(V, const Mask&, T);                                                        \
  INSTANCE V gather(const V&, int, const IndexTensor&);                                             \
  INSTANCE V scatter_add(const V&, int, const IndexTensor&, std::int64_t);                          \
  INSTANCE V index_select(const V&, int, const IndexTensor&);                                       \
  INSTANCE V cat(const std::vector<V>&, int);                                                       \
  INSTANCE V stack(const std::vector<V>&, int);                                                     \
  INSTANCE V repeat(const V&, const Shape&);                                                        \
  INSTANCE V repeat_interleave(const V&, std::int64_t, std::optional<int>);                         \
  INSTANCE V matmul(const V&, const V&);                                                            \
  INSTANCE V bmm(const V&, const V&);                                                               \
  INSTANCE V dot(const V&, const V&);                                                               \
  INSTANCE V sum_to(const V&, const Shape&);                                                        \
  INSTANCE V mul_sum_to(const V&, const V&, const Shape&);                                          \
  INSTANCE V sum(const V&, std::optional<int>, bool);                                               \
  INSTANCE V mean(const V&, std::optional<int>, bool);                                              \
  INSTANCE V max(const V&, std::optional<int>, bool);                                               \
  INSTANCE V min(const V&, std::optional<int>, bool);                                               \
  INSTANCE V logsumexp(const V&, std::optional<int>, bool);                                         \
  INSTANCE V softmax(V, int);                                                                       \
  INSTANCE V log_softmax(V, int);                                                                   \
  INSTANCE SortResult<V> sort(const V&, int, bool);                                                 \
  INSTANCE V reshape(const V&, const Shape&);                                                       \
  INSTANCE V flatten(const V&, int, int);                                                           \
  INSTANCE V unsqueeze(const V&, int);                                                              \
  INSTANCE V squeeze(const V&, std::optional<int>);                                                 \
  INSTANCE V transpose(const V&, int, int);                                                         \
  INSTANCE V permute(const V&, const std::vector<int>&);                                            \
  INSTANCE V expand(const V&, const Shape&);                                                        \
  INSTANCE V narrow(const V&, int, std::int64_t, std::int64_t);                                     \
  INSTANCE V select(const V&, int, std::int64_t);

#define TG_ROW(name, ...)                                                                  \
  extern template Variable apply(elementary::name##_, Argument<Variable>);              \
  extern template Variable64 apply(elementary::name##_, Argument<Variable64>);
TG_ELEMENTARY(TG_ROW)
#undef TG_ROW
#define TG_ROW(name, ...)                                                                          \
  extern template Variable apply(elementary::name##_, Argument<Variable>, Argument<Variable>);  \
  extern template Variable64 apply(elementary::name##_, Argument<Variable64>, Argument<Variable64>);
TG_BINARY(TG_ROW)
#undef TG_ROW
TG_INSTANCES(extern template, float, Variable)
TG_INSTANCES(extern template, double, Variable64)
// clang-format on

}  // namespace tg
