// Cost: what pooling takes against the number of points, as a drawing.
#pragma once

#include <string>

namespace bench {

// Measures attention_pooling on one thread and on two, every pair up to 100,000 points, and the peer that bins them.
// Writes FOLDER/pooling-cost.csv, and draws it as pooling-cost.svg. Throws if a result is wrong.
void draw_costs(const std::string& folder);

}  // namespace bench
