// Training takes no memory from the system once it has begun: an epoch lives on what the epoch before has freed.
#include <atomic>
#include <cstdlib>
#include <new>

#include "nn/nn.h"
#include "tests/support.h"

using namespace tests;

namespace {
std::atomic<int> allocations = 0;
}

#if !TG_ADDRESS_SANITIZER  // which has an operator new of its own
// All of the program's operators new, counted. (The standard's operators delete call std::free; of a call in sight of
// malloc g++ says that it does not go with delete.)
[[gnu::noinline]] void* operator new(std::size_t bytes) {
  ++allocations;
  if (void* memory = std::malloc(bytes)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void* operator new(std::size_t bytes, std::align_val_t alignment) {
  ++allocations;
  const std::size_t align = static_cast<std::size_t>(alignment);
  if (void* memory = std::aligned_alloc(align, (bytes + align - 1) / align * align)) return memory;
  throw std::bad_alloc();
}
#endif

namespace {

// The chapter's model: every query has a row of keys and values of its own.
struct Model : nn::Module {
  const Variable& w = register_parameter("w", Tensor{0.5});
  Variable attention_weights;

  Variable operator()(const Tensor& queries, const Tensor& keys, const Tensor& values, bool fused) {
    const Tensor q = reshape(repeat_interleave(queries, keys.size(1)), {-1, keys.size(1)});
    const auto score = [](auto a, auto b, auto c) { return -square((a - b) * c) / 2; };
    attention_weights = softmax(fused ? elementwise(score, q, keys, w) : -square((q - keys) * w) / 2, 1);
    return reshape(bmm(unsqueeze(attention_weights, 1), unsqueeze(values, -1)), {-1});
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(nn)

BOOST_AUTO_TEST_CASE(epochs_allocate_nothing_once_training_has_begun) {
  if (TG_ADDRESS_SANITIZER) return;  // the pool keeps no blocks, so that a use after free is seen
  for (bool fused : {false, true}) {
    memory_release();  // what other tests have freed shall not help
    const Tensor x = sort(rand({50}) * 5).values, y = 2 * sin(x) + pow(x, 0.8) + normal(0.0, 0.5, {50});
    const Mask others = eye(50) == 0;
    const Tensor keys = reshape(masked_select(repeat(x, {50, 1}), others), {50, -1});
    const Tensor values = reshape(masked_select(repeat(y, {50, 1}), others), {50, -1});
    Model net;
    tg::nn::SGD trainer(net.parameters(), {.lr = 0.5});
    int in_epoch[6];
    for (int& count : in_epoch) {
      const int before = allocations;
      Tape tape;
      const Variable loss = sum(tg::nn::mse_loss(net(x, keys, values, fused), y, tg::nn::Reduction::none));
      trainer.zero_grad();
      tape.backward(loss);
      trainer.step();
      count = allocations - before;
    }
    // While the second computes, the model still holds the weights and the gradient of the first: a buffer each.
    BOOST_TEST(in_epoch[1] <= 2);
    for (int epoch = 2; epoch < 6; ++epoch) BOOST_TEST(in_epoch[epoch] == 0);
  }
  BOOST_TEST(allocations > 0);
}

BOOST_AUTO_TEST_SUITE_END()
