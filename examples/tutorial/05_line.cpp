// A module: parameters with names, trained, saved, and loaded into another.
#include <cstdint>
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
  const auto folder = std::filesystem::temp_directory_path();
  const std::string path = (folder / "line.safetensors").string();
  line.save(path);

  Line second;
  second.load(path);
  std::cout << "at 4 the first line is " << line(Tensor{4}) << ", the second "
            << second(Tensor{4}) << '\n';
  // [/save]

  std::ifstream file(path, std::ios::binary);
  std::uint64_t length = 0;
  file.read(reinterpret_cast<char*>(&length), sizeof length);
  std::string header(length, ' ');
  file.read(header.data(), static_cast<std::streamsize>(length));
  header.erase(header.rfind('}') +
               1);  // spaces, so that the values begin at a multiple of 8
  header.insert(header.find("},") + 2, "\n ");
  std::cout << "\nits header, of " << length << " bytes:\n" << header << '\n';

  // [wrong]
  nn::Linear other(1, 1);
  try {
    other.load(path);
  } catch (const Error& error) {
    const std::string message = error.what();
    // Without the path.
    std::cout << "\nload: ..." << message.substr(message.find(" has ")) << '\n';
  }
  // [/wrong]
  std::filesystem::remove(path);
}
