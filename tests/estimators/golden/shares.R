# Base R, Hmisc and coin: shares, McNemar, marginal homogeneity.
source("data.R")
suppressPackageStartupMessages({library(Hmisc); library(coin)})

improvement <- function(id, pairs, better) {
  won <- (sign(change(pairs)) * (if (better == "higher") 1 else -1) + 1) / 2
  padded <- c(won, 1, 1, 0, 0)
  half <- qnorm(.975) * sd(padded) / sqrt(length(padded))
  case(id, "probability_of_improvement", pairs, estimates(mean(won), mean(padded) + c(-half, half), n = length(won)),
       "won = 1, 1/2 or 0; padded = c(won, 1, 1, 0, 0); mean(padded) -+ qnorm(.975) * sd(padded) / sqrt(n + 4)",
       settings = list(better = better))
}
improvement("G-04", d12, "higher"); improvement("G-05", d25, "higher"); improvement("d25-mirrored", d25, "lower")

wilson <- function(id, estimator, pairs, met, settings) {
  x <- sum(met); n <- length(met)
  conf <- suppressWarnings(prop.test(x, n, correct = FALSE))$conf.int
  if (x > 1 && x < n)                   # binconf treats 0, 1 and n by other rules
    stopifnot(all.equal(as.numeric(conf), as.numeric(binconf(x, n, method = "wilson")[1, 2:3])))
  case(id, estimator, pairs, estimates(x / n, conf, n = n), "prop.test(x, n, correct = FALSE)$conf.int", settings = settings)
}
counted <- function(x, n) pairs_of(rep(0, n), rep(c(1, 0), c(x, n - x)))
newcombe <- rbind(c(81, 263), c(15, 148), c(0, 20), c(1, 29), c(0, 12), c(12, 12))
for (i in 1:nrow(newcombe)) {
  pairs <- counted(newcombe[i, 1], newcombe[i, 2])
  wilson(sprintf("G-08-%d/%d", newcombe[i, 1], newcombe[i, 2]), "share_better", pairs, change(pairs) > 0, list(better = "higher"))
}
d <- change(d25)
wilson("d25", "share_better", d25, d < 0, list(better = "lower"))
wilson("d25", "share_same", d25, d == 0, NULL)
wilson("d25", "share_worse", d25, d < 0, list(better = "higher"))
wilson("d25-mirrored", "share_worse", d25, d > 0, list(better = "lower"))
wilson("d25", "share_importantly_better", d25, d >= 2, list(better = "higher", important = c(2, 3)))
wilson("d25", "share_importantly_worse", d25, d <= -2, list(better = "higher", important = c(2, 3)))
wilson("d25-mirrored", "share_importantly_better", d25, d <= -1, list(better = "lower", important = c(1, 3)))
wilson("metric-at-the-bound", "share_importantly_better", metric, round(change(metric), 9) >= 2.57,
       list(better = "higher", important = c(2.57, 3)))

# Agresti (2002), table 10.1, approval of the prime minister asked twice of 1,600 people.
approval <- rbind(c(794, 150), c(86, 570))
exact <- binom.test(approval[1, 2], approval[1, 2] + approval[2, 1])$p.value
case("G-07", "mcnemar_test", approval, estimates((150 - 86) / 1600, p = exact, n = 1600),
     "binom.test(150, 150 + 86)", settings = list(two_levels = c(0, 1)), frame = "table")
corrected <- mcnemar.test(approval)
case("G-07-corrected", NULL, approval, list(statistic = unname(corrected$statistic), p_value = corrected$p.value),
     "mcnemar.test(x), with continuity correction: not used", frame = "table")

homogeneous <- function(id, table) {
  test <- mh_test(as.table(table))
  case(id, "marginal_homogeneity_test", table, estimates(statistic(test), p = pvalue(test), n = sum(table)),
       "coin::mh_test(as.table(x))", settings = list(levels = seq_len(nrow(table)) - 1), frame = "table")
}
# Stuart (1955): unaided distance vision of 7,477 women, right eye by left eye.
homogeneous("vision", rbind(c(1520, 266, 124, 66), c(234, 1512, 432, 78), c(117, 362, 1772, 205), c(36, 82, 179, 492)))
homogeneous("d25", unclass(table(factor(d25$before, 2:9), factor(d25$after, 2:9))))
homogeneous("two groups of levels", rbind(c(3, 2, 0, 0), c(1, 4, 0, 0), c(0, 0, 2, 4), c(0, 0, 1, 3)))
homogeneous("levels that nobody moved from or to", rbind(c(3, 2, 0, 1), c(1, 4, 0, 2), c(0, 0, 2, 0), c(2, 0, 0, 3)))
write_cases("shares")
