# locpoly: the peer of locpoly.cpp. It bins the points first, on a grid, and interpolates between the grid's answers.
#   Rscript locpoly.R FILE n m step w    FILE holds n inputs, n values and m queries, in double
# Then, for each line read, so many runs are done and their seconds printed; "result" prints each step-th answer.
suppressPackageStartupMessages(library(KernSmooth))
arguments <- commandArgs(TRUE)
n <- as.integer(arguments[2])
m <- as.integer(arguments[3])
step <- as.integer(arguments[4])
w <- as.numeric(arguments[5])
file <- file(arguments[1], "rb")
x <- readBin(file, "double", n)
y <- readBin(file, "double", n)
queries <- readBin(file, "double", m)
close(file)

# The usual grid of 401 points, or what keeps its error below 1e-4 where the kernel is narrow.
grid <- max(401L, as.integer(40 * w) + 1L)
answers <- function() {
  fit <- locpoly(x, y, degree = 0, bandwidth = 1 / w, gridsize = grid, range.x = c(0, 5))
  approx(fit$x, fit$y, queries)$y
}

input <- file("stdin", "r")
answer <- answers()
while (length(line <- readLines(input, 1)) > 0) {
  if (line == "result") {
    writeLines(sprintf("%.17g", answer[seq(1, m, step)]))
  } else {
    begin <- Sys.time()
    for (i in seq_len(as.integer(line))) answer <- answers()
    writeLines(sprintf("%.9f", as.numeric(Sys.time() - begin, units = "secs")))
  }
}
