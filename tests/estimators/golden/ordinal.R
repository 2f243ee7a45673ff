# ordinal: cumulative link mixed models. Not used by atpilots (no Python library fits them); kept to show that the
# permutation test, which needs no model, agrees with them.
source("data.R")
suppressPackageStartupMessages(library(ordinal))

fit <- clmm(rating ~ temp + contact + (1 | judge), data = wine)
case("G-10-wine", NULL, list(), list(temp = coef(fit)[["tempwarm"]], contact = coef(fit)[["contactyes"]],
                                     log_likelihood = as.numeric(logLik(fit))),
     "clmm(rating ~ temp + contact + (1 | judge), data = wine)", frame = "none")
long <- data.frame(person = factor(rep(1:12, 2)), wave = rep(0:1, each = 12), score = factor(c(d12$before, d12$after), ordered = TRUE))
fit <- summary(clmm(score ~ wave + (1 | person), data = long))$coefficients["wave", ]
case("G-11", NULL, d12, list(estimate = fit[[1]], error = fit[[2]], z = fit[[3]], p_value = fit[[4]]),
     "clmm(factor(score) ~ wave + (1 | person))")
write_cases("ordinal")
