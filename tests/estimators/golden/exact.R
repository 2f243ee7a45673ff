# coin, exactRankTests and base R: exact tests and Hodges-Lehmann.
source("data.R")
suppressPackageStartupMessages({library(coin); library(exactRankTests)})

permuted <- function(id, pairs, in_steps_of = 1) {
  steps <- round(change(pairs) / in_steps_of)
  stopifnot(all.equal(steps * in_steps_of, change(pairs)))
  p <- perm.test(steps, rep(0, length(steps)), paired = TRUE, exact = TRUE)$p.value
  case(id, "permutation_test", pairs, estimates(mean(change(pairs)), p = p, n = length(steps)),
       paste0("exactRankTests::perm.test((after - before) / ", in_steps_of, ", rep(0, n), paired = TRUE, exact = TRUE)"))
  p
}
all_signs <- function(pairs) {          # every sign pattern, counted one by one
  d <- change(pairs); n <- length(d)
  sums <- as.matrix(expand.grid(rep(list(c(-1, 1)), n))) %*% d
  mean(abs(sums) >= abs(sum(d)) - 1e-9)
}
stopifnot(all.equal(permuted("G-01", sleep_pairs, 0.1), all_signs(sleep_pairs)))
stopifnot(all.equal(permuted("G-02", darwin, 1 / 8), all_signs(darwin)))
stopifnot(all.equal(permuted("G-04", d12), all_signs(d12)))
invisible(permuted("G-05", d25))
stopifnot(all.equal(permuted("metric", metric, 0.01), all_signs(metric)))
case("depression", "permutation_test", depression, estimates(mean(change(depression)), p = all_signs(depression), n = 9),
     "mean(abs(every signed sum of d) >= abs(sum(d)))")

# Holm over four secondary measures whose p-values are those above; the one asked for is d12's.
family <- c(all_signs(sleep_pairs), all_signs(darwin), all_signs(d12), all_signs(metric))
for (i in seq_along(family)) {
  data <- list(sleep_pairs, darwin, d12, metric)[[i]]
  case(paste0("family-", i), "holm_permutation_test", data,
       estimates(mean(change(data)), p = p.adjust(family, "holm")[i], n = length(data$before)),
       "p.adjust(p, \"holm\")", settings = list(other_p_values = family[-i]))
}

ranked <- function(id, pairs) {
  d <- round(change(pairs), 9)
  test <- wilcoxsign_test(d ~ rep(0, length(d)), zero.method = "Pratt", distribution = "exact")
  v <- sum(rank(abs(d))[d > 0])
  case(id, "signed_rank_test", pairs, estimates(v, p = pvalue(test), n = length(d)),
       "coin::wilcoxsign_test(d ~ rep(0, n), zero.method = \"Pratt\", distribution = \"exact\"); sum(rank(abs(d))[d > 0])")
}
ranked("G-01", sleep_pairs); ranked("G-02", darwin); ranked("G-03", depression); ranked("G-04", d12); ranked("G-05", d25)
ranked("metric", metric)
ranked("peers", pairs_of(rep(5, 24), 5 + rep(c(-1, 0, 1, 2), c(7, 10, 5, 2))))

signs <- function(id, pairs, better) {
  d <- change(pairs) * (if (better == "higher") 1 else -1)
  test <- binom.test(sum(d > 0), sum(d != 0))
  case(id, "sign_test", pairs, estimates(test$estimate, test$conf.int, test$p.value, length(d)),
       "binom.test(sum(better), sum(better | worse))", settings = list(better = better))
}
signs("G-04", d12, "higher"); signs("d25", d25, "lower"); signs("darwin", darwin, "higher")

walsh <- function(id, pairs) {
  d <- change(pairs); n <- length(d)
  averages <- sort((outer(d, d, "+") / 2)[upper.tri(diag(n), diag = TRUE)])
  k <- qsignrank(.025, n)
  case(id, "hodges_lehmann", pairs, estimates(median(averages), averages[c(k, n * (n + 1) / 2 + 1 - k)], n = n),
       "w = sort of all (d_i + d_j)/2, i <= j; median(w); w[c(k, n(n + 1)/2 + 1 - k)], k = qsignrank(.025, n)")
}
walsh("G-04", d12); walsh("G-05", d25); walsh("G-01", sleep_pairs); walsh("metric", metric)
untied <- function(id, pairs) {         # no ties, no zeros: R's own is right
  test <- wilcox.test(round(change(pairs), 9), conf.int = TRUE, exact = TRUE)
  case(id, "hodges_lehmann", pairs, estimates(test$estimate, test$conf.int, n = length(pairs$before)),
       "wilcox.test(after - before, conf.int = TRUE, exact = TRUE)")
}
untied("G-02", darwin); untied("G-03", depression)
set.seed(1); irregular <- round(rnorm(60, 0.4, 1.5), 6)
untied("sixty", pairs_of(rep(0, 60), irregular))
write_cases("exact")
