# psych: Cronbach's alpha with Feldt's interval.
source("data.R")
suppressPackageStartupMessages(library(psych))

reliable <- function(id, items) {
  fit <- suppressWarnings(suppressMessages(alpha(items, check.keys = FALSE)))
  a <- fit$total$raw_alpha
  ci <- alpha.ci(a, n.obs = nrow(items), n.var = ncol(items), p.val = .05, digits = 15)
  case(id, "cronbach_alpha", as.list(items), estimates(a, c(ci$lower.ci, ci$upper.ci), n = nrow(items)),
       "psych::alpha(items)$total$raw_alpha; psych::alpha.ci(alpha, n.obs, n.var)", frame = "items")
}
reliable("G-10", attitude)
reliable("three items", data.frame(a = c(1, 2, 2, 3, 3, 1, 2, 3, 1, 2), b = c(1, 2, 3, 3, 2, 1, 2, 3, 2, 2),
                                   c = c(2, 2, 2, 3, 3, 1, 1, 3, 1, 3)))
write_cases("reliability")
