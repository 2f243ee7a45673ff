# Base R and sandwich: what the baseline says, and one arm against another.
source("data.R")
suppressPackageStartupMessages(library(sandwich))

adjusted <- function(id, first, second) {
  sizes <- c(length(first$before), length(second$before))
  both <- data.frame(before = c(first$before, second$before), after = c(first$after, second$after),
                     arm = rep(c(1, 0), sizes))
  fit <- lm(after ~ before + arm, both)
  error <- sqrt(vcovHC(fit, type = "HC3")["arm", "arm"]); b <- coef(fit)[["arm"]]; df <- fit$df.residual
  case(id, "baseline_adjusted_difference", second,
       estimates(b, b + c(-1, 1) * qt(.975, df) * error, 2 * pt(-abs(b) / error, df), sum(sizes)),
       "fit <- lm(after ~ before + arm); sandwich::vcovHC(fit, type = \"HC3\"); t with fit$df.residual degrees of freedom",
       settings = list(piloted = first))
}
adjusted("d12-waiting", d12, waiting)
adjusted("d25-waiting", d25, waiting)
adjusted("metric-metric", metric, pairs_of(rev(metric$before) + 1.5, metric$before))
welch <- t.test(change(d12), change(waiting))
case("d12-waiting", "difference_in_change", waiting,
     estimates(diff(rev(welch$estimate)), welch$conf.int, welch$p.value, 22),
     "t.test(change of the piloted arm, change of the other)", settings = list(piloted = d12))

r <- 0.6; norm <- 6
case("d12", "expected_regression_to_the_mean", d12, estimates((1 - r) * (norm - mean(d12$before)), n = 12),
     "(1 - r) * (norm - mean(before))", settings = list(norm_mean = norm, retest_r = r))
write_cases("baseline")
