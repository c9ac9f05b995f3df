// Recording: what the tape costs on one multiplication of two floats.
#include "autograd/autograd.h"
#include "tests/benchmarks/peers.h"

namespace bench {
namespace {

using namespace tg;

constexpr int count = 1000;

// The values, their entries on an open tape, and the release of these with the tape. No sweep.
class RecordedMultiplications {
 public:
  void run() {
    Tape tape;
    for (int i = 0; i < count; ++i) product_ = a_ * b_;
  }
  std::vector<double> result() const { return {product_.item()}; }

 private:
  Variable a_{Tensor{1.5f}, true}, b_{Tensor{2.25f}, true}, product_;
};

}  // namespace

Workloads recording_workloads() {
  return {{.group = "the tape",
           .name = "one float times another, recorded and released",
           .ours = {{"", start<RecordedMultiplications>()}},
           .peers = peers::recorded_multiplications(count),
           .expected =
               [] {
                 return Expected{{1.5 * 2.25}, {0}};
               },
           .items = count}};
}

}  // namespace bench
