# psych and plain R: how far two raters of the same people agree.
source("data.R")
suppressPackageStartupMessages(library(psych))

# Fleiss, Cohen & Everitt (1969), formula 13. psych 2.2.9 has rowSums(w * rows) for colSums, so its variance comes out
# too small, or below zero and then as 0.
kappa_variance <- function(p, w, n) {
  rows <- rowSums(p)
  columns <- colSums(p)
  of_row <- as.vector(w %*% columns)
  of_column <- as.vector(rows %*% w)
  agreed <- sum(w * p)
  by_chance <- sum(w * outer(rows, columns))
  squares <- sum(p * (w * (1 - by_chance) - outer(of_row, of_column, "+") * (1 - agreed))^2)
  (squares - (agreed * by_chance - 2 * by_chance + agreed)^2) / (n * (1 - by_chance)^4)
}

agree <- function(id, data) {
  of <- list(before = c("resident_before", "support_worker_before"), after = c("resident_after", "support_worker_after"))
  data <- as.data.frame(data)
  known <- na.omit(data)
  change <- data.frame(resident = known$resident_after - known$resident_before,
                       worker = known$support_worker_after - known$support_worker_before)
  rated <- c(lapply(of, function(columns) setNames(na.omit(data[columns]), c("resident", "worker"))),
             list(change = change))
  for (when in names(rated)) {
    both <- rated[[when]]
    n <- nrow(both)
    add <- function(what, estimate, conf, p, command)
      case(id, paste0(what, "_", when), as.list(data), estimates(estimate, conf, p, n), command, frame = "raters")
    icc <- suppressWarnings(ICC(both, lmer = FALSE))$results["Single_random_raters", ]
    add("intraclass_correlation", icc$ICC, c(icc$`lower bound`, icc$`upper bound`), NA,
        'psych::ICC(both, lmer = FALSE)$results["Single_random_raters", ]')
    d <- both$worker - both$resident
    tested <- t.test(d)
    add("rater_difference", mean(d), tested$conf.int, tested$p.value, "t.test(worker - resident)")
    error <- qt(.975, n - 1) * sd(d) * sqrt(1 / n + qnorm(.975)^2 / (2 * (n - 1)))
    for (side in c(lower = -1, upper = 1)) {
      limit <- mean(d) + side * qnorm(.975) * sd(d)
      add(paste0(if (side < 0) "lower" else "upper", "_limit_of_agreement"), limit, limit + c(-1, 1) * error, NA,
          "mean(d) -+ qnorm(.975) * sd(d); -+ qt(.975, n - 1) * sd(d) * sqrt(1/n + qnorm(.975)^2/(2*(n - 1)))")
    }
    if (id != "scores" && when != "change") {
      levels <- sort(unique(unlist(both)))
      w <- outer(levels, levels, function(i, j) 1 - (i - j)^2 / diff(range(levels))^2)
      counts <- table(factor(both$resident, levels), factor(both$worker, levels))
      kappa <- suppressWarnings(cohen.kappa(counts, w = w))$weighted.kappa
      ci <- pmax(-1, pmin(1, kappa + c(-1, 1) * qnorm(.975) * sqrt(kappa_variance(counts / n, w, n))))
      add("weighted_kappa", kappa, ci, NA,
          "psych::cohen.kappa(table, w = 1 - (i - j)^2/range^2)$weighted.kappa; kappa_variance of the script")
    }
  }
}
seen <- c(5, 6, 5, 7, 4, 5, 7, 3, 5, 5, 6, 2)
agree("item", list(resident_before = d12$before, resident_after = d12$after,
                   support_worker_before = seen, support_worker_after = c(7, 6, 7, 9, 4, 5, 8, 6, 6, 6, 5, 5)))
agree("item, some not rated",
      list(resident_before = c(d12$before, NA, 4, 5), resident_after = c(d12$after, 6, NA, 5),
           support_worker_before = c(seen, 5, 5, NA), support_worker_after = c(5, NA, 6, 4, 3, 4, 7, 5, 5, 5, 5, 5, 7, 4, 4)))
agree("opposite", list(resident_before = 0:9, resident_after = c(1:9, 9),
                       support_worker_before = 9:0, support_worker_after = c(8:0, 0)))
agree("scores", list(resident_before = metric$before, resident_after = metric$after,
                     support_worker_before = c(18.59, 19.25, 20.73, 17.98, 22.35, 19.25, 24.11, 19.98, 17.43, 22.35, 20.73, 23.21, 18.59, 20.73),
                     support_worker_after = c(19.98, 21.54, 24.11, 20.73, 23.21, 20.73, 25.03, 21.54, 18.59, 24.11, 20.73, 26.02, 22.35, 22.35)))
write_cases("agreement")
