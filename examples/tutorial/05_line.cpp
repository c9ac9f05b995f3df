// A module: parameters with names, trained, saved, and loaded into another.
#include <filesystem>
#include <fstream>
#include <iostream>

#include "nn/nn.h"

using namespace tg;

// [module]
struct Line : nn::Module {
  const Variable& slope = register_parameter("slope", Tensor{0});
  const Variable& shift = register_parameter("shift", Tensor{0});

  Variable operator()(const Variable& x) { return slope * x + shift; }
};
// [/module]

int main() {
  const Tensor x{-1, 0, 1, 2}, y{-2, 1, 2, 4};
  // [train]
  Line line;
  nn::SGD trainer(line.parameters(), {.lr = 0.1});
  for (int step = 0; step < 200; ++step) {
    Tape tape;
    const Variable loss = nn::mse_loss(line(x), y, nn::Reduction::sum);
    trainer.zero_grad();
    tape.backward(loss);
    trainer.step();
  }
  for (const auto& [name, parameter] : line.named_parameters())
    std::cout << name << " = " << parameter << '\n';
  // [/train]
  std::cout << '\n';

  // [save]
  const std::string path =
      (std::filesystem::temp_directory_path() / "tapegrad_line.txt").string();
  line.save(path);
  std::cout << "the file:\n" << std::ifstream(path).rdbuf() << '\n';

  Line second;
  second.load(path);
  std::cout << "at 4 the first line is " << line(Tensor{4}) << ", the second "
            << second(Tensor{4}) << '\n';
  // [/save]

  // [wrong]
  nn::Linear other(1, 1);
  try {
    other.load(path);
  } catch (const Error& error) {
    const std::string message = error.what();
    // Without the path.
    std::cout << "\nload: ..." << message.substr(message.find(" holds ")) << '\n';
  }
  // [/wrong]
  std::filesystem::remove(path);
}
