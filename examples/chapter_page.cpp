// The chapter on one page: its figures with their captions, and its numbers.
#include "examples/chapter_page.h"

#include <cmath>
#include <ostream>
#include <sstream>
#include <string>

#include "tensor/error.h"
#include "tensor/file.h"

namespace tg::examples {
namespace {

// The figures keep their white ground in the dark.
constexpr const char* head = R"(<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Nadaraya-Watson kernel regression</title>
<style>
:root { color-scheme: light dark; }
:root { --ground: #fff; --text: #24292f; --muted: #5a5f66; --line: #d5d9de; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #15181c; --text: #d8dde3; --muted: #9aa3ad; --line: #3a424b; }
}
body { margin: 0; background: var(--ground); color: var(--text); }
body { font: 16px/1.5 system-ui, "DejaVu Sans", sans-serif; }
main { max-width: 1000px; margin: 0 auto; padding: 16px; }
h1 { font-size: 26px; line-height: 1.2; margin: 0 0 8px; }
h2 { font-size: 18px; margin: 24px 0 8px; }
.figures { display: grid; gap: 24px; }
.figures { grid-template-columns: repeat(auto-fit, minmax(min(100%, 400px), 1fr)); }
.tables { display: flex; flex-wrap: wrap; gap: 0 64px; align-items: start; }
figure { margin: 0; }
img { display: block; width: 100%; max-width: 480px; height: auto; }
img { background: #fff; color: #24292f; }
figcaption, footer { color: var(--muted); font-size: 14px; }
figcaption { margin-top: 6px; max-width: 480px; }
figcaption span { white-space: nowrap; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: 3px 24px 3px 0; border-bottom: 1px solid var(--line); text-align: left; }
th { font-weight: normal; color: var(--muted); }
footer { margin-top: 24px; }
</style>
<main>
<h1>Attention pooling: Nadaraya-Watson kernel regression</h1>
<p>The data: y = 2 sin(x) + x<sup>0.8</sup> + noise, noise ~ N(0, 0.5).</p>
)";

struct Shown {
  const char *name, *size, *text, *caption;
};

constexpr const char* plot_size = R"(width="420" height="300")";
constexpr const char* heatmap_size = R"(width="390" height="320")";

constexpr Shown figures[] = {
    {"01-average-pooling", plot_size,
     "The training examples as points, the truth as a solid line, the prediction as a "
     "dashed one, which is level",
     "1. Average pooling: every prediction is the mean of the training outputs."},
    {"02-nonparametric", plot_size,
     "The training examples as points, the truth as a solid line, the prediction as a "
     "dashed one, which bends",
     "2. Nonparametric attention pooling: the nearer a training input is to x, the more "
     "its output weighs. The weights are "
     "<span>softmax(&minus;(x &minus; x<sub>i</sub>)&sup2; / 2).</span>"},
    {"03-nonparametric-attention", heatmap_size,
     "A heat map, a row a test input, a column a training input: a wide band of weights "
     "along the diagonal",
     "3. Its attention weights. Each row sums to 1."},
    {"04-training-loss", plot_size, "The loss against the epoch, as a line",
     "4. Training: each training example is predicted from the others. The weights are "
     "<span>softmax(&minus;((x &minus; x<sub>i</sub>) w)&sup2; / 2)</span>, "
     "and w is learned."},
    {"05-parametric", plot_size,
     "The training examples as points, the truth as a solid line, the prediction with the "
     "learned w as a dashed one",
     "5. Parametric attention pooling: the prediction with the learned w."},
    {"06-parametric-attention", heatmap_size,
     "A heat map, a row a test input, a column a training input: the weights with the "
     "learned w",
     "6. Its attention weights. The larger |w| is, the narrower is the band."},
};

template <class Name, class Value>
void write_row(std::ostream& out, const Name& name, const Value& value) {
  out << "<tr><th scope=\"row\">" << name << "</th><td>" << value << "</td></tr>\n";
}

void begin_table(std::ostream& out, const char* title) {
  out << "<section>\n<h2>" << title << "</h2>\n<table>\n";
}

void end_table(std::ostream& out) { out << "</table>\n</section>\n"; }

// Of many losses, the first ten and the last ten.
void write_losses(std::ostream& out, const std::vector<float>& losses) {
  for (std::size_t i = 0; i < losses.size(); ++i) {
    if (losses.size() > 20 && i == 10) {
      write_row(out, "&hellip;", "");
      i = losses.size() - 10;
    }
    write_row(out, i + 1, losses[i]);
  }
}

void write_figures(std::ostream& out, const std::filesystem::path& folder) {
  if (!std::filesystem::exists(folder / (std::string(figures[0].name) + ".svg"))) {
    out << "<p>The figures are not drawn, as gnuplot was missing. In this page's folder, "
           "<code>gnuplot NAME.gp</code> draws one.</p>\n";
  }
  out << "<div class=\"figures\">\n";
  for (const auto& [name, size, text, caption] : figures) {
    out << "<figure>\n<img src=\"" << name << ".svg\" " << size << " alt=\"" << text
        << "\">\n<figcaption>" << caption << "</figcaption>\n</figure>\n";
  }
  out << "</div>\n";
}

void write_numbers(std::ostream& out, const Options& options,
                   const ChapterNumbers& numbers) {
  out << "<div class=\"tables\">\n";
  begin_table(out, "Setup");
  write_row(out, "seed", options.seed);
  write_row(out, "training examples", options.n_train);
  write_row(out, "test inputs", numbers.n_test);
  write_row(out, "recipe", name(options.recipe));
  write_row(out, "objective", numbers.objective);
  write_row(out, "learning rate", options.lr);
  write_row(out, "epochs", options.epochs);
  write_row(out, "learned w", numbers.w);
  write_row(out, "bandwidth 1/|w|", 1 / std::abs(numbers.w));
  end_table(out);
  out << "<div>\n";
  begin_table(out, "Mean squared error against the truth");
  write_row(out, "average pooling", numbers.average_error);
  write_row(out, "nonparametric pooling", numbers.nonparametric_error);
  write_row(out, "parametric pooling", numbers.parametric_error);
  end_table(out);
  begin_table(out, "Loss of each epoch, before its step");
  out << std::fixed;
  write_losses(out, numbers.losses);
  end_table(out);
  out << "</div>\n</div>\n";
}

}  // namespace

std::filesystem::path write_chapter_page(const Options& options,
                                         const ChapterNumbers& numbers) {
  const std::filesystem::path page = options.out / "index.html";
  const std::string reason = tg::detail::write_aside(page.string(), [&](std::ostream&
                                                                            file) {
    file << head;
    write_figures(file, options.out);
    write_numbers(file, options, numbers);
    file << "<footer>Nadaraya 1964, Watson 1964; after Dive into Deep Learning.</footer>\n"
            "</main>\n</html>\n";
  });
  if (!reason.empty())
    fail("page: cannot write ", page, ": ", reason, "; name another folder with --out");
  return page;
}

}  // namespace tg::examples
