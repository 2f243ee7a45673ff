# Base R and lme4: drop-out.
source("data.R")
suppressPackageStartupMessages(library(lme4))

started <- !is.na(dropout$before)
bound <- function(estimator, better, assumed) {
  after <- ifelse(is.na(dropout$after), assumed, dropout$after)
  t <- t.test((after - dropout$before)[started])
  case(paste("dropout", better), estimator, dropout, estimates(t$estimate, t$conf.int, n = sum(started)),
       paste("t.test(after - before), after =", assumed, "for leavers"), frame = "everyone",
       settings = list(better = better, score_range = c(0, 10)))
}
bound("worst_case_mean_change", "higher", 0); bound("best_case_mean_change", "higher", 10)
bound("worst_case_mean_change", "lower", 10); bound("best_case_mean_change", "lower", 0)

left <- is.na(dropout$after)[started]
welch <- t.test(dropout$before[started][left], dropout$before[started][!left])
case("dropout", "leavers_minus_stayers_before", dropout,
     estimates(diff(rev(welch$estimate)), welch$conf.int, welch$p.value, sum(started)),
     "t.test(before of the leavers, before of the stayers)", frame = "everyone")

mixed <- function(id, data) {
  n <- length(data$before)
  long <- data.frame(person = rep(seq_len(n), 2), wave = rep(0:1, each = n), score = c(data$before, data$after))
  fit <- lmer(score ~ wave + (1 | person), long, REML = TRUE,
              control = lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-12)))
  b <- summary(fit)$coefficients["wave", ]
  half <- qnorm(.975) * b[["Std. Error"]]
  case(id, "mixed_model_change", data,
       estimates(b[["Estimate"]], b[["Estimate"]] + c(-half, half), 2 * pnorm(-abs(b[["t value"]])), n),
       "lme4::lmer(score ~ wave + (1 | person), REML = TRUE); estimate -+ qnorm(.975) * Std. Error", frame = "everyone",
       tolerance = 1e-6, why = "two optimisers of one likelihood, each stopping where its own rule says")
}
mixed("dropout", dropout); mixed("d12", d12); mixed("d25", d25); mixed("metric", metric)
write_cases("dropout")
