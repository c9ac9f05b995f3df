// Going down the leave-one-out error by NLopt.
#if !__has_include(<nlopt.h>)
#error "NLopt is missing: `make setup` installs it"
#endif
#include <nlopt.h>

#include <algorithm>
#include <exception>
#include <memory>
#include <new>

#include "examples/regression/bandwidth.h"

namespace tg::regression {
namespace {

// What NLopt's callback needs. An exception must not pass through its C code: it is kept
// until then.
struct Descent {
  const Model& model;
  Minimum best;
  nlopt_opt search;
  examples::Progress& progress;
  std::exception_ptr error = nullptr;

  static double value(unsigned n, const double* at, double* slope, void* self) {
    auto& d = *static_cast<Descent*>(self);
    try {
      const std::vector<double> t(at, at + n);
      std::vector<double> gradient;
      const double error = leave_one_out(d.model, t, slope ? &gradient : nullptr);
      d.progress.step();
      std::copy(gradient.begin(), gradient.end(), slope);
      if (error < d.best.error) d.best = {t, error};
      return error;
    } catch (...) {
      d.error = std::current_exception();
      nlopt_force_stop(d.search);
      return 0;
    }
  }
};

Minimum run(nlopt_algorithm algorithm, const Model& model, const Range& range, const Minimum& start, double precision,
            int most, examples::Progress& progress) {
  const std::unique_ptr<nlopt_opt_s, void (*)(nlopt_opt)> search(
      nlopt_create(algorithm, static_cast<unsigned>(start.t.size())), nlopt_destroy);
  if (!search) throw std::bad_alloc();
  Descent descent{model, start, search.get(), progress};
  nlopt_set_min_objective(search.get(), Descent::value, &descent);
  nlopt_set_lower_bounds(search.get(), range.low.data());
  nlopt_set_upper_bounds(search.get(), range.high.data());
  nlopt_set_xtol_abs1(search.get(), precision);
  nlopt_set_maxeval(search.get(), most);
  if (algorithm == NLOPT_LD_LBFGS) {
    nlopt_set_ftol_rel(search.get(), precision * precision);
  } else {
    nlopt_set_initial_step1(search.get(), model.kernel == Kernel::boxcar ? 0.2 : 0.02);
  }
  std::vector<double> t = start.t;
  double value = 0;
  // Where it gives up because rounding errors hide the slope, the best so far is as good.
  const nlopt_result result = nlopt_optimize(search.get(), t.data(), &value);
  if (descent.error) std::rethrow_exception(descent.error);
  descent.best.ended = result != NLOPT_MAXEVAL_REACHED;
  return descent.best;
}

}  // namespace

Minimum descend(const Model& model, const Range& range, const Minimum& start, double precision,
                examples::Progress& progress) {
  const bool compact = is_compact(model.kernel);
  Minimum best = start;
  if (model.kernel != Kernel::boxcar)
    best = run(NLOPT_LD_LBFGS, model, range, best, precision, compact ? 8 : 200, progress);
  if (!compact) return best;
  const bool many = model.rows() > 2000;  // an evaluation takes long
  return run(NLOPT_LN_SBPLX, model, range, best, many ? std::max(precision, 1e-3) : precision, many ? 160 : 400,
             progress);
}

}  // namespace tg::regression
