# Reference values for kernel_regression: own code for the leave-one-out error, and ksmooth, KernSmooth, locfit.
#
#     Rscript tests/reference/regression.R > tests/reference/regression.txt
#
# It also writes the data, of which regression/SOURCES.txt tells the sources, into tests/reference/regression/.
#
#     case <file> <degree> <y> <x> ...     a regression with a Gaussian kernel on a file of that folder
#     h <number> ...                       the bandwidths of the least leave-one-out error found, one for each x
#     loo <number>                         this error, the mean of the squares
#
#     curve <file> <kernel> <degree> <y> <x> <h> <tolerance>   a fit with this bandwidth
#     x <number> ...                                           at these places
#     fit <number> ...
#     error <number> ...                   standard errors, of locfit
#     df <number> <number>                 effective degrees of freedom, the residuals' standard deviation, of locfit
suppressMessages({
  library(MASS)
  library(KernSmooth)
  library(locfit)
})
data(ethanol, package = "locfit")
folder <- "tests/reference/regression"
say <- function(...) cat(paste(...), "\n", sep = "")
numbers <- function(word, ...) say(word, paste(format(c(...), digits = 10, trim = TRUE), collapse = " "))

# The leave-one-out error of means or lines with weights exp(-u^2 / 2), u = (x - x_i) / h.
leave_one_out <- function(x, y, h, degree) {
  score <- 0
  for (f in seq_along(h)) score <- score - outer(x[, f], x[, f], "-")^2 / (2 * h[f]^2)
  diag(score) <- -Inf
  p <- exp(score - apply(score, 1, max))
  p <- p / rowSums(p)
  fit <- drop(p %*% y)
  if (degree == 1) {
    away <- outer(x[, 1], x[, 1], function(q, k) k - q)  # x_j - x_i
    m <- rowSums(p * away)
    v <- rowSums(p * (away - m)^2)
    fit <- fit - m * rowSums(p * (away - m) * outer(fit, y, function(a, b) b - a)) / v
  }
  mean((y - fit)^2)
}

# The best minimum from many starts: by optimize for one x, by optim for several.
search <- function(x, y, degree) {
  error <- function(t) {
    e <- leave_one_out(x, y, exp(t), degree)
    if (is.finite(e)) e else 1e300
  }
  wide <- apply(x, 2, function(c) diff(range(c)))
  if (ncol(x) == 1) {
    places <- log(wide) + seq(log(1e-4), log(10), length.out = 200)
    errors <- sapply(places, error)
    k <- which.min(errors)
    ends <- places[c(max(k - 1, 1), min(k + 1, length(places)))]
    t <- optimize(error, ends, tol = 1e-9)$minimum
    return(list(h = exp(t), loo = error(t)))
  }
  set.seed(1)
  starts <- replicate(80, log(wide) + runif(ncol(x), log(0.005), log(1)))
  starts <- starts[, order(apply(starts, 2, error))[1:5]]
  best <- list(value = Inf)
  for (k in seq_len(ncol(starts))) {
    found <- optim(starts[, k], error, method = "BFGS", control = list(reltol = 1e-12, maxit = 500))
    if (found$value < best$value) best <- found
  }
  list(h = exp(best$par), loo = best$value)
}

data_of <- list(
  faithful = faithful, cars = cars, mcycle = mcycle, ethanol = ethanol[, c("NOx", "E")], mammals = log10(mammals),
  Animals = log10(Animals), airquality = airquality[, c("Ozone", "Wind", "Temp")],
  co2 = data.frame(month = seq_along(co2), co2 = as.numeric(co2)),
  Nile = data.frame(year = as.numeric(time(Nile)), flow = as.numeric(Nile)), mtcars = mtcars[, c("mpg", "wt", "hp")],
  quakes = quakes[, c("depth", "lat", "long")], Boston = Boston[, c("medv", "crim", "rm", "lstat")])
data_of$mammals <- round(data_of$mammals, 6)
data_of$Animals <- round(data_of$Animals, 6)
for (name in names(data_of)) {
  write.csv(data_of[[name]], file.path(folder, paste0(name, ".csv")), row.names = FALSE, quote = FALSE)
}

case <- function(name, degree, y, ...) {
  data <- na.omit(data_of[[name]][, c(y, ...)])
  x <- as.matrix(data[, -1, drop = FALSE])
  found <- search(x, data[, 1], degree)
  say("case", name, degree, y, paste(...))
  numbers("h", found$h)
  numbers("loo", found$loo)
}
cat("# ", R.version.string, ", KernSmooth ", format(packageVersion("KernSmooth")), ", locfit ",
    format(packageVersion("locfit")), ". Regenerate: ",
    "Rscript tests/reference/regression.R > tests/reference/regression.txt\n", sep = "")
for (degree in 0:1) {
  case("faithful", degree, "waiting", "eruptions")
  case("cars", degree, "dist", "speed")
  case("mcycle", degree, "accel", "times")
  case("ethanol", degree, "NOx", "E")
  case("mammals", degree, "brain", "body")
  case("Animals", degree, "brain", "body")
  case("airquality", degree, "Ozone", "Temp")
  case("Nile", degree, "flow", "year")
}
case("co2", 0, "co2", "month")
case("airquality", 0, "Ozone", "Wind", "Temp")
case("mtcars", 0, "mpg", "wt", "hp")
case("quakes", 0, "depth", "lat", "long")
case("Boston", 0, "medv", "crim", "rm", "lstat")

curve_case <- function(name, kernel, degree, y, x, h, tolerance, places, fit) {
  say("curve", name, kernel, degree, y, x, format(h, digits = 10), tolerance)
  numbers("x", places)
  numbers("fit", fit)
}
places <- c(1.8, 2.5, 3, 3.6, 4.4, 5)
b <- 0.8  # ksmooth's quartiles are at b / 4, and its normal kernel ends at four standard deviations
for (kernel in c("normal", "box")) {
  fit <- ksmooth(faithful$eruptions, faithful$waiting, kernel, b, x.points = places)$y
  curve_case("faithful", if (kernel == "box") "boxcar" else "gaussian", 0, "waiting", "eruptions",
             b * if (kernel == "box") 0.2886751346 else 0.3706505996, 1e-4, places, fit)
}
for (degree in 0:1) {  # on a fine grid, to which KernSmooth moves the data
  fit <- locpoly(mcycle$times, mcycle$accel, degree = degree, bandwidth = 1.5, gridsize = 40001, truncate = FALSE)
  at <- round(seq(4000, 36000, length.out = 6))
  curve_case("mcycle", "gaussian", degree, "accel", "times", 1.5, 1e-3, fit$x[at], fit$y[at])
}
for (degree in 0:1) {
  h <- 0.05
  model <- locfit(NOx ~ lp(E, h = 2.5 * h, deg = degree), data = ethanol, kern = "gauss", ev = dat(), maxk = 1000)
  found <- predict(model, where = "data", se.fit = TRUE)
  df <- model$dp[c("df1", "df2")]
  sigma <- sqrt(sum((ethanol$NOx - found$fit)^2) / (nrow(ethanol) - 2 * df[1] + df[2]))
  some <- c(3, 20, 41, 60, 77, 85)
  places <- ethanol$E[some]
  curve_case("ethanol", "gaussian", degree, "NOx", "E", h, 1e-5, places, found$fit[some])
  numbers("error", (found$se.fit / found$residual.scale * sigma)[some])
  numbers("df", df[1], sigma)
}
