// Functional: the derivatives of a function as a whole. f is evaluated once on a tape; the rest are sweeps.
#include "autograd/functional.h"

#include "autograd/autograd.h"

namespace tg {
namespace detail {
namespace {

// How messages call a tensor: x where there is one, x[1] in a list.
std::string name(const char* list, std::size_t i, std::size_t count) {
  return count == 1 ? list : std::string(list) + "[" + std::to_string(i) + "]";
}

// f evaluated on a tape: on the one that is open, which then records all that follows, or else on one of its own.
template <class T> class Evaluation {
  using V = BasicVariable<T>;
  using Vector = Variables<T>;

 public:
  Evaluation(Op op, const FunctionOfList<T>& f, const Vector& inputs)
      : op_(op.name), tape_(BasicTape<T>::current() ? *BasicTape<T>::current() : own_.emplace()) {
    if (inputs.empty()) fail(op_, ": the list of inputs is empty; give at least one");
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      // Each is made new, a leaf or an identity of one that the open tape knows: so a path from the same input to f's
      // value through something that f captures is not counted.
      const V input = adopted(inputs[i], name("x", i, inputs.size()));
      x_.push_back(input.requires_grad()
                       ? record(op, input.value(), {{input, "x̄ = ȳ", reads::nothing, [](auto& ctx) { return ctx.g; }}})
                       : V(input.value(), true));
    }
    y_ = f(x_);
    if (!y_.defined()) fail(op_, ": f returned an empty Variable; it must return the value that it computes");
    if (foreign(y_)) {
      fail(op_,
           ": f(x) was recorded on another tape than the one that is open when f is called. Open no Tape inside f, ",
           "and pass x.detach() for an x that another tape has recorded.");
    }
  }

  const Vector& x() const { return x_; }
  const V& y() const { return y_; }

  // v or t, checked: it must have a tensor for each of those it belongs to, of the same shapes.
  Vector vectors(const char* what, const Vector& v, const char* of, const Vector& like) const {
    if (v.size() != like.size())
      fail(op_, ": ", what, " is a list of ", v.size(), ", ", of, " of ", like.size(), "; give one for each");
    Vector checked;
    for (std::size_t i = 0; i < v.size(); ++i) {
      checked.push_back(adopted(v[i], name(what, i, v.size())));
      if (v[i].shape() == like[i].shape()) continue;
      fail(op_, ": ", name(what, i, v.size()), " has shape ", v[i].shape(), ", ", name(of, i, v.size()), " has shape ",
           like[i].shape(), "; they must be equal");
    }
    return checked;
  }

  void check_one_element(const char* advice) const {
    if (y_.numel() != 1) fail(op_, ": f(x) has shape ", y_.shape(), ", not one element. ", advice);
  }

  // The gradient of f(x), of one element, towards x; itself differentiable.
  Vector gradient() { return gradient_or_zeros(tape_, y_, ones<T>(y_.shape()), x_, {.create_graph = true}); }

  // vᵀ ∂z/∂x: the gradients of the number sum(v z) towards each of xs. With `last`, no further sweep is to come.
  Vector pull_back(const Vector& z, const Vector& v, const Vector& xs, bool last) {
    V total = sum(v[0] * z[0]);
    for (std::size_t i = 1; i < z.size(); ++i) total = total + sum(v[i] * z[i]);
    return gradient_or_zeros(tape_, total, ones<T>({}), xs, {.create_graph = !last || !own_});
  }

  // The Jacobian of z towards each x: the gradients of its elements, one below the other.
  Vector jacobians(const V& z, const std::string& name_of_z) {
    Vector results;
    std::vector<Shape> shapes;
    for (std::size_t i = 0; i < x_.size(); ++i) {
      const Shape &rows = z.shape(), &columns = x_[i].shape();
      if (rows.dim() + columns.dim() > max_rank) {
        fail(op_, ": ", name_of_z, " has shape ", rows, ", ", name("x", i, x_.size()), " has shape ", columns,
             ", together ", rows.dim() + columns.dim(), " dimensions; a tensor has at most ", max_rank,
             ". Flatten one of them with reshape().");
      }
      shapes.push_back(rows);
      for (std::int64_t size : columns) shapes.back().push_back(size);
    }
    std::vector<Vector> rows(x_.size());  // of each Jacobian
    for (std::int64_t element = 0; element < z.numel(); ++element) {
      BasicTensor<T> seed = zeros<T>(z.shape());
      seed.writable()[element] = 1;
      const Vector gradients = gradient_or_zeros(tape_, z, seed, x_, {.create_graph = !own_});
      for (std::size_t i = 0; i < x_.size(); ++i) rows[i].push_back(reshape(gradients[i], {gradients[i].numel()}));
    }
    for (std::size_t i = 0; i < x_.size(); ++i)
      results.push_back(rows[i].empty() ? V(zeros<T>(shapes[i])) : reshape(cat(rows[i], 0), shapes[i]));
    return results;
  }

  // What may leave the tape: nothing that depends on one of its own.
  V result(const V& z) const { return own_ ? z.detach() : z; }

 private:
  bool foreign(const V& v) const { return v.requires_grad() && !v.is_leaf() && !tape_.holds(v); }

  // A Variable that is given to us; outside of all tapes it is plain data, unless its tape is open on another thread.
  V adopted(const V& v, const std::string& what) const {
    if (!v.defined())
      fail(op_, ": ", what, " is an empty Variable: it was default-constructed or moved from; give it a value first");
    if (own_ ? BasicTape<T>::open_on_another_thread(v) : foreign(v)) {
      fail(op_, ": ", what,
           " was recorded on another tape, or on one that has ended. Record it on the innermost open tape, ",
           "or pass x.detach() to use its value as a constant.");
    }
    return own_ ? v.detach() : v;
  }

  const char* op_;
  std::optional<BasicTape<T>> own_;
  BasicTape<T>& tape_;
  Vector x_;  // what f is called with
  V y_;
};

}  // namespace

template <class T>
auto Functional<T>::vjp(const Function& f, const Vector& x, const std::optional<V>& v) -> ValueAndProduct<V, Vector> {
  Evaluation<T> e({"vjp", "y = x"}, f, x);
  if (!v) e.check_one_element("Pass v, of that shape, or reduce f(x) with sum() or mean().");
  const Vector seed = e.vectors("v", {v ? *v : V(ones<T>(e.y().shape()))}, "f(x)", {e.y()});
  return {e.result(e.y()), e.pull_back({e.y()}, seed, e.x(), true)};
}

template <class T>
auto Functional<T>::jvp(const Function& f, const Vector& x, const Vector& t) -> ValueAndProduct<V, V> {
  Evaluation<T> e({"jvp", "y = x"}, f, x);
  const Vector tangent = e.vectors("t", t, "x", e.x());
  const V u(zeros<T>(e.y().shape()), true);  // any would do: uᵀ J is linear in it
  const Vector g = e.pull_back({e.y()}, {u}, e.x(), false);
  return {e.result(e.y()), e.pull_back(g, tangent, {u}, true)[0]};
}

template <class T>
auto Functional<T>::hvp(const Function& f, const Vector& x, const Vector& v) -> ValueAndProduct<V, Vector> {
  Evaluation<T> e({"hvp", "y = x"}, f, x);
  const Vector vector = e.vectors("v", v, "x", e.x());
  e.check_one_element("Reduce it with sum() or mean(); only a single number has a Hessian.");
  return {e.result(e.y()), e.pull_back(e.gradient(), vector, e.x(), true)};
}

template <class T> auto Functional<T>::jacobian(const Function& f, const Vector& x) -> Vector {
  Evaluation<T> e({"jacobian", "y = x"}, f, x);
  return e.jacobians(e.y(), "f(x)");
}

template <class T> auto Functional<T>::hessian(const Function& f, const Vector& x) -> std::vector<Vector> {
  Evaluation<T> e({"hessian", "y = x"}, f, x);
  e.check_one_element("Reduce it with sum() or mean(); only a single number has a Hessian.");
  std::vector<Vector> results;
  const Vector gradient = e.gradient();
  for (std::size_t i = 0; i < gradient.size(); ++i)
    results.push_back(e.jacobians(gradient[i], "the gradient towards " + name("x", i, gradient.size())));
  return results;
}

template struct Functional<float>;
template struct Functional<double>;

}  // namespace detail
}  // namespace tg
