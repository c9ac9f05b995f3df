// Machine: what the numbers were measured on.
#pragma once

#include <string>
#include <vector>

namespace bench {

// The processor, its cores and vector instructions, the compiler, how busy the machine is, and the versions of the
// peers: a line each.
std::vector<std::string> machine();

// Who makes the processor: "AMD", "Intel", or what the system calls another. The page has a table for each maker.
std::string maker();

}  // namespace bench
