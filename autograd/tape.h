// Tape: the list of ops in the order in which they were computed (a Wengert list), and the sweep from its end to its
// start that computes gradients: reverse-mode differentiation.
//
//   Variable w(Tensor{3}, true);
//   Tape tape;                              // records from here to the end of the scope
//   Variable loss = sum(square(w - 1));
//   tape.backward(loss);                    // w.grad() is 2 (w - 1)
#pragma once

#include <iosfwd>
#include <string>
#include <unordered_map>
#include <vector>

#include "autograd/list.h"
#include "autograd/rule.h"

namespace tg {

struct TapeOptions {
  bool trace = false;  // keep every value and the last sweep's cotangents, for printing the tape
};
struct BackwardOptions {
  bool retain = false;  // keep what the rules read, so that the tape can be swept again
};
struct GradientOptions {
  bool create_graph = false;  // record the sweep itself, so that gradients can be differentiated in turn
};

// A tape is a scope. Ops on Variables that need a gradient are recorded on the innermost tape of their thread and of
// their scalar (Tape for float, Tape64 for double), from the tape's construction to its end; then the outer one
// resumes. Outside any tape nothing is recorded.
//
// A tape belongs to its thread. Several threads may record at once, each on a tape of its own, and may read the same
// leaves; sweeps that reach the same leaf from two threads must be ordered by the caller, as must step(). A result that
// an open tape has recorded is not to be computed with on another thread: that throws (of 256 open tapes, see
// tape.cpp).
template <class T> class BasicTape {
 public:
  explicit BasicTape(TapeOptions options = {});
  ~BasicTape();
  BasicTape(const BasicTape&) = delete;
  BasicTape& operator=(const BasicTape&) = delete;
  static void* operator new(std::size_t) = delete;  // a tape is a scope: it has no life of its own on the heap

  // Adds dy/dx to the grad() of every leaf x that y depends on, and releases what the tape holds unless told to
  // retain it. y has one element, or a seed of y's shape is given: the cotangent of y to start from. Throws if y
  // depends on no leaf, if y is of another tape, or if the tape has been swept and released.
  void backward(const BasicVariable<T>& y, const std::optional<BasicTensor<T>>& seed, BackwardOptions options = {});
  void backward(const BasicVariable<T>& y, BackwardOptions options = {}) { backward(y, std::nullopt, options); }

  // dy/dx for each of the given Variables, leaves or intermediate results, in their order; no grad() changes and
  // nothing is released. Zeros towards an x that y does not depend on. Throws for a constant x, and for a constant y: a
  // gradient is one unless create_graph was asked for, and even then if the function is linear.
  using Variables = std::vector<BasicVariable<T>>;
  Variables gradient(const BasicVariable<T>& y, const std::optional<BasicTensor<T>>& seed, const Variables& xs,
                     GradientOptions options = {});
  Variables gradient(const BasicVariable<T>& y, const Variables& xs, GradientOptions options = {}) {
    return gradient(y, std::nullopt, xs, options);
  }

  std::int64_t size() const { return entries_.size(); }                       // the number of entries
  bool holds(const BasicVariable<T>& x) const { return x.tape_ == serial_; }  // whether an op here gave x
  std::string to_dot() const;  // the graph, for Graphviz, with the numbers of the printed table (see operator<<)
  std::string rules() const;   // each op that stands here, its formula and its rules: a table

  // A page of HTML on which a tape with trace can be stepped through: the program forward, then its last sweep
  // backward. It needs no other file and no network. Throws for a tape without trace.
  std::string to_html(const std::string& title) const;

  static BasicTape* current() { return current_; }                // this thread's innermost tape, or nullptr
  static bool open_on_another_thread(const BasicVariable<T>& x);  // whether the tape that recorded x is

 private:
  friend class Recorder<T>;
  friend class Context<T>;
  template <class U> friend std::ostream& operator<<(std::ostream&, const BasicTape<U>&);

  // An input of an op is a constant, a leaf, or the result of an earlier entry.
  enum class Kind { constant, leaf, result };
  struct Edge {       // one input of one op
    Rule<T> rule;     // how the cotangent of the output travels back to this input
    Formula formula;  // the same, to be read
    Kind kind;
    std::int64_t place;    // of a leaf, in leaves_; of a result, in entries_
    BasicTensor<T> value;  // saved if a rule reads it, and it is no leaf
  };
  struct Entry {  // one op
    Op op;
    std::int64_t first_edge;
    int edge_count;
    bool joint;            // the first edge's rule gives the cotangents of all inputs at once
    Reads saved;           // what the rules may read
    BasicTensor<T> value;  // of the output, saved if a rule reads it
    Shape shape;           // of the output, which may be gone
  };
  struct KeptLeaf {  // a leaf, and the value that it had when an op read it
    std::shared_ptr<Leaf<T>> leaf;
    BasicTensor<T> value;
    std::size_t number;  // the leaf's, counting each once
  };
  struct Sweep;
  struct Html;

  const Shape& shape_of(const Edge& edge) const {
    return edge.kind == Kind::leaf ? leaves_[edge.place].leaf->value.shape() : entries_[edge.place].shape;
  }

  // The place in leaves_ of a leaf with its present value. For speed: the last few, which a loop uses again and again,
  // are looked at first.
  std::int64_t keep(const BasicVariable<T>& x) {
    const std::int64_t n = leaves_.size();
    for (std::int64_t i = n - 1; i >= 0 && i >= n - 4; --i) {
      if (leaves_[i].leaf == x.leaf_ && leaves_[i].value.is_same(values_of(x))) return i;
    }
    const auto [known, is_new] = places_.try_emplace(x.leaf_.get(), n);
    std::int64_t& place = known->second;
    if (!is_new && leaves_[place].value.is_same(values_of(x))) return place;
    const std::size_t number = is_new ? places_.size() - 1 : leaves_[place].number;
    leaves_.emplace_back(x.leaf_, values_of(x), number);
    return place = n;
  }
  std::size_t number_of(const BasicVariable<T>& x) const {  // of a leaf; the largest there is if no op has read it
    const auto known = places_.find(x.leaf_.get());
    return known != places_.end() ? leaves_[known->second].number : static_cast<std::size_t>(-1);
  }
  BasicTensor<T> check_sweep(const char* caller, const BasicVariable<T>& y,
                             const std::optional<BasicTensor<T>>& seed) const;
  void release(Entry& entry);

  // For printing: each leaf that an op has read, as it was when first read, and what tables call an input.
  std::vector<const KeptLeaf*> leaves() const;
  std::string name_of(const Edge& edge, const std::vector<const KeptLeaf*>& leaves) const;
  std::vector<BasicTensor<T>> held_values() const;

  List<Entry> entries_;
  List<Edge> edges_;
  List<KeptLeaf> leaves_;  // one stands here once for each value that it had
  std::unordered_map<Leaf<T>*, std::int64_t, std::hash<Leaf<T>*>, std::equal_to<>,
                     PoolAllocator<std::pair<Leaf<T>* const, std::int64_t>>>
      places_;            // of each leaf with its last value; for speed, in memory from the library's pool
  std::uint64_t serial_;  // tells this tape from all others, gone ones included
  BasicTape* outer_;
  bool trace_, swept_ = false;
  std::vector<BasicTensor<T>> traced_values_, traced_cotangents_, traced_leaf_cotangents_;
  std::vector<BasicTensor<T>> traced_handed_;  // by each edge, in the last sweep

  static inline constinit thread_local BasicTape* current_ = nullptr;
};

using Tape = BasicTape<float>;
using Tape64 = BasicTape<double>;

// The Wengert list as a table: number, op, inputs, shape, value, cotangent. A plain tape shows the values it still
// holds; a tape with trace shows them all, and the cotangents of its last sweep.
template <class T> std::ostream& operator<<(std::ostream& out, const BasicTape<T>& tape);

extern template class BasicTape<float>;
extern template class BasicTape<double>;

}  // namespace tg
