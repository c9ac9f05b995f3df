// Instances: the ops on Variables of floats and of doubles.
#include "autograd/instances.h"

namespace tg {

#define ROW(name, ...)                                              \
  template Variable apply(elementary::name##_, Argument<Variable>); \
  template Variable64 apply(elementary::name##_, Argument<Variable64>);
TG_ELEMENTARY(ROW)
#undef ROW
#define ROW(name, ...)                                                                  \
  template Variable apply(elementary::name##_, Argument<Variable>, Argument<Variable>); \
  template Variable64 apply(elementary::name##_, Argument<Variable64>, Argument<Variable64>);
TG_BINARY(ROW)
template class BasicVariable<float>;
template class BasicVariable<double>;
TG_INSTANCES(template, float, Variable)
TG_INSTANCES(template, double, Variable64)

}  // namespace tg
