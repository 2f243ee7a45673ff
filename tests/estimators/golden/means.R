# t.test (base R), effectsize, metafor: means, medians, standardised means, detectable change.
source("data.R")
suppressPackageStartupMessages({library(metafor); library(effectsize)})

of_t_test <- function(t, tested = TRUE) estimates(t$estimate, t$conf.int, if (tested) t$p.value else NA, t$parameter + 1)
paired <- function(id, pairs) {
  case(id, "mean_change", pairs, of_t_test(t.test(change(pairs))), "t.test(after - before)")
}
paired("G-01", sleep_pairs)
paired("G-02", darwin)
paired("G-04", d12)
paired("G-05", d25)
paired("metric", metric)
for (wave in c("before", "after")) {
  case("metric", paste0("mean_", wave), metric, of_t_test(t.test(metric[[wave]]), FALSE), paste0("t.test(", wave, ")"))
}

# The sign test inverted: the k-th change from either end, k the largest for which fewer than k below would be refused.
median_of <- function(id, pairs) {
  d <- sort(change(pairs)); n <- length(d)
  refused <- vapply(0:(n %/% 2), function(below) 2 * below < n && binom.test(below, n)$p.value <= 0.05, logical(1))
  k <- sum(refused)
  case(id, "median_change", pairs, estimates(median(d), c(d[k], d[n + 1 - k]), n = n),
       "median(d); sort(d)[c(k, n + 1 - k)], k = number of counts that binom.test refuses")
}
median_of("d12", d12); median_of("d25", d25); median_of("metric", metric); median_of("sleep", sleep_pairs)

standardised <- function(id, pairs) {
  n <- length(pairs$before)
  for (kind in c("SMCR", "SMCC")) {
    es <- escalc(kind, m1i = mean(pairs$after), m2i = mean(pairs$before), sd1i = sd(if (kind == "SMCR") pairs$before else pairs$after),
                 sd2i = sd(pairs$before), ni = n, ri = cor(pairs$before, pairs$after))
    es <- as.data.frame(es)
    if (kind == "SMCC") stopifnot(all.equal(es$yi[1], hedges_g(pairs$after, pairs$before, paired = TRUE)$Hedges_g))
    name <- if (kind == "SMCR") "standardised_mean_change_raw" else "standardised_mean_change_change"
    half <- qnorm(.975) * sqrt(es$vi[1])
    case(id, name, pairs, estimates(es$yi[1], es$yi[1] + c(-half, half), n = n),
         paste0("metafor::escalc(\"", kind, "\", m1i = mean(after), m2i = mean(before), sd..., ni = n, ri = cor(before, after))"))
  }
}
standardised("G-06", d12)
standardised("metric", metric)

for (one in list(list("d12", d12), list("metric", metric), list("sleep", sleep_pairs), list("d25", d25))) {
  d <- change(one[[2]])
  delta <- power.t.test(n = length(d), power = 0.8, sd = sd(d), type = "paired", strict = TRUE, tol = 1e-13)$delta
  case(one[[1]], "detectable_change", one[[2]], estimates(delta, n = length(d)),
       "power.t.test(n, power = 0.8, sd = sd(d), type = \"paired\", strict = TRUE, tol = 1e-13)$delta",
       tolerance = 1e-8, why = "root of a noncentral t distribution, which R and scipy compute by different series")
}
write_cases("means")
