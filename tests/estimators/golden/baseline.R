# Base R: what the baseline says, and one arm against another.
source("data.R")

both <- data.frame(before = c(d12$before, waiting$before), after = c(d12$after, waiting$after),
                   arm = rep(c(1, 0), c(12, 10)))
fit <- lm(after ~ before + arm, both)
case("d12-waiting", "baseline_adjusted_difference", waiting,
     estimates(coef(fit)["arm"], confint(fit)["arm", ], summary(fit)$coefficients["arm", 4], 22),
     "lm(after ~ before + arm)", settings = list(piloted = d12))
welch <- t.test(change(d12), change(waiting))
case("d12-waiting", "difference_in_change", waiting,
     estimates(diff(rev(welch$estimate)), welch$conf.int, welch$p.value, 22),
     "t.test(change of the piloted arm, change of the other)", settings = list(piloted = d12))

r <- 0.6; norm <- 6
case("d12", "expected_regression_to_the_mean", d12, estimates((1 - r) * (norm - mean(d12$before)), n = 12),
     "(1 - r) * (norm - mean(before))", settings = list(norm_mean = norm, retest_r = r))
write_cases("baseline")
