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

# Four waves on a 0-10 item, people missing here and there.
waves <- list(start = c(5, 6, 4, 7, 3, 5, 6, 2, 5, 4, 6, 3, 8, 7, NA), later = c(6, 6, NA, 8, 3, 4, 7, 5, 5, 5, 5, NA, NA, 7, 6),
              six = c(6, 7, 5, 8, NA, 5, 8, 5, 6, NA, 7, 5, NA, NA, 7), twelve = c(7, NA, 5, 9, 4, NA, 8, 4, 6, NA, 7, 6, NA, NA, NA))
long <- data.frame(person = rep(seq_along(waves$start), 4), wave = factor(rep(names(waves), each = 15), names(waves)),
                   score = unlist(waves))
course <- summary(lmer(score ~ wave + (1 | person), long, REML = TRUE,
                       control = lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-12))))$coefficients
for (wave in names(waves)[-1]) {
  b <- course[paste0("wave", wave), ]
  half <- qnorm(.975) * b[["Std. Error"]]
  case(paste("waves", wave), "mixed_model_change", waves,
       estimates(b[["Estimate"]], b[["Estimate"]] + c(-half, half), 2 * pnorm(-abs(b[["t value"]])), 15),
       "lme4::lmer(score ~ wave + (1 | person), REML = TRUE); estimate -+ qnorm(.975) * Std. Error", frame = "everyone",
       settings = list(wave = wave), tolerance = 1e-6,
       why = "two optimisers of one likelihood, each stopping where its own rule says")
}
write_cases("dropout")
