// Ring: attention pooling over keys that no process holds all of. Each rank keeps its queries. The parts of the keys
// and values go around, from a rank to the one before it, until every rank has met every part.
//
//   y = Σ_r a_r y_r        a_r = softmax_r(l_r) = exp(l_r - l)        l = logsumexp_r(l_r)
//
// with y_r the pooling over part r alone, and l_r its attention_logsumexp.
#pragma once

#include <mpi.h>

#include <limits>

#include "examples/distributed/sample.h"
#include "nn/nn.h"

namespace tg::distributed {

struct Pooled {
  Tensor64 y, l;
};

struct Ring {
  explicit Ring(std::int64_t all_points) : points(all_points) {
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &ranks);
  }

  // Of `count` things in a row, those from first(r, count) to first(r + 1, count) - 1 are rank r's share.
  std::int64_t first(int r, std::int64_t count) const { return count * r / ranks; }

  // Calls f(part, options) for each part, the rank's own first. With exclude_self the queries are the rank's own keys,
  // which meet themselves in that one. Parts without a key for them are left out.
  template <class F> void each_part(const Part& mine, std::int64_t queries, bool exclude_self, const F& f) const {
    Part part = mine;
    for (int step = 0; step < ranks; ++step) {
      const int owner = (rank + step) % ranks;
      const std::int64_t count = first(owner + 1, points) - first(owner, points);
      if (step > 0) part = {passed_on(part.x, count), passed_on(part.y, count)};
      const bool own = exclude_self && step == 0;
      const PoolingOptions options{.exclude_self = own, .tolerance = 1e-8};
      if (queries > 0 && count > (own ? 1 : 0)) f(part, options);
    }
  }

  // Sends x to the rank before this one, and gives what comes from the rank behind it.
  Tensor64 passed_on(const Tensor64& x, std::int64_t count) const {
    const int before = (rank + ranks - 1) % ranks, behind = (rank + 1) % ranks;
    Tensor64 next = Tensor64::uninitialized({count});
    MPI_Sendrecv(x.data(), static_cast<int>(x.numel()), MPI_DOUBLE, before, 0, next.writable(), static_cast<int>(count),
                 MPI_DOUBLE, behind, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    return next;
  }

  std::int64_t points;
  int rank, ranks;
};

// The queries' poolings over all parts.
inline Pooled pool(const Ring& ring, const Part& mine, const Tensor64& queries, const Tensor64& w, bool exclude_self) {
  Pooled all{zeros_like(queries), full<double>(queries.shape(), -std::numeric_limits<double>::infinity())};
  ring.each_part(mine, queries.numel(), exclude_self, [&](const Part& part, auto options) {
    const Tensor64 y = attention_pooling(options, nn::gaussian, queries, part.x, part.y, w);
    const Tensor64 l = attention_logsumexp(options, nn::gaussian, queries, part.x, w);
    all.l = logsumexp(stack({all.l, l}, 1), 1);
    all.y = all.y + exp(l - all.l) * (y - all.y);
  });
  return all;
}

// Adds the gradient towards w of a loss with the cotangent g of the rank's poolings y. By the formula above that of y_r
// is a_r g, and that of l_r is a_r g (y_r - y). Each part has a tape of its own.
inline void add_gradient(const Ring& ring, const Part& mine, const Variable64& w, const Pooled& all,
                         const Tensor64& g) {
  ring.each_part(mine, mine.x.numel(), true, [&](const Part& part, auto options) {
    Tape64 tape;
    const Variable64 y = attention_pooling(options, nn::gaussian, mine.x, part.x, part.y, w);
    const Variable64 l = attention_logsumexp(options, nn::gaussian, mine.x, part.x, w);
    const Tensor64 of_y = exp(l.value() - all.l) * g;
    tape.backward(sum(y * of_y) + sum(l * (of_y * (y.value() - all.y))));
  });
}

}  // namespace tg::distributed
