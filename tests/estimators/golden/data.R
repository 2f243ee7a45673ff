# Data sets and helpers of the golden scripts; sourced, not run.
suppressPackageStartupMessages(library(jsonlite))

pairs_of <- function(before, after) list(before = before, after = after)

# Student (1908), the hours of extra sleep under two drugs: R's data set `sleep`.
sleep_pairs <- pairs_of(sleep$extra[sleep$group == 1], sleep$extra[sleep$group == 2])
# Darwin (1876), cross- minus self-fertilised maize, eighths of an inch.
darwin_eighths <- c(49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48)
darwin <- pairs_of(rep(0, 15), darwin_eighths / 8)
# Hollander & Wolfe (1973), depression scores of nine patients (example of R's ?wilcox.test).
depression <- pairs_of(c(.878, .647, .598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29),
                       c(1.83, .50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30))
# Two made-up pilots on a 0-10 item, many ties; the first 12 people of d25 are d12.
d12_change <- c(1, 0, 2, 1, 0, -1, 1, 3, 0, 1, -1, 2)
d25_change <- c(d12_change, 0, 0, 1, 1, -2, 2, 1, 0, 4, -1, 0, 1, 1)
d12_before <- c(5, 6, 4, 7, 3, 5, 6, 2, 5, 4, 6, 3)
d25_before <- c(d12_before, 7, 8, 5, 4, 9, 3, 6, 5, 2, 7, 8, 4, 6)
d12 <- pairs_of(d12_before, d12_before + d12_change)
d25 <- pairs_of(d25_before, d25_before + d25_change)
# A made-up pilot with scores of two decimals, as a converted scale has.
metric <- pairs_of(c(17.43, 19.98, 21.54, 16.88, 22.35, 18.59, 25.03, 20.73, 15.84, 23.21, 19.25, 24.11, 17.98, 21.54),
                   c(19.25, 19.98, 24.11, 18.59, 21.54, 20.73, 26.02, 19.98, 18.59, 25.03, 18.59, 27.03, 21.54, 22.35))
# A made-up pilot with drop-out on a 0-10 item: NA where somebody did not answer.
dropout <- pairs_of(c(5, 6, 4, 7, 3, 5, 6, 2, 5, 4, 6, 3, 8, 7, 2, 4, NA, NA),
                    c(6, 6, 6, 8, 3, 4, 7, 5, 5, 5, 5, 5, NA, NA, NA, NA, 7, 5))
# A comparison arm for d12.
waiting <- pairs_of(c(6, 5, 3, 7, 4, 6, 5, 8, 2, 5), c(6, 4, 4, 7, 4, 6, 6, 7, 3, 5))

change <- function(pairs) pairs$after - pairs$before
estimates <- function(estimate, conf = c(NA, NA), p = NA, n = NULL) {
  out <- list(estimate = unname(estimate))
  if (!anyNA(conf)) out <- c(out, list(conf_low = conf[[1]], conf_high = conf[[2]]))
  if (!is.na(p)) out <- c(out, list(p_value = unname(p)))
  if (!is.null(n)) out <- c(out, list(n = n))
  out
}

cases <- list()
case <- function(id, estimator, data, expected, command, settings = NULL, frame = "pairs", tolerance = NULL, why = NULL) {
  one <- list(id = id, estimator = estimator, frame = frame, data = data, settings = settings, command = command,
              expected = expected, tolerance = tolerance, why = why)
  cases[[length(cases) + 1]] <<- one[!vapply(one, is.null, logical(1))]
}
write_cases <- function(name) {
  loaded <- sort(setdiff(loadedNamespaces(), rownames(installed.packages(priority = "base"))))
  wanted <- intersect(c("coin", "exactRankTests", "Hmisc", "lme4", "metafor", "effectsize", "ordinal", "psych", "sandwich"), loaded)
  versions <- lapply(setNames(wanted, wanted), function(p) as.character(packageVersion(p)))
  header <- list(script = paste0(name, ".R"), R = R.version.string, packages = versions)
  text <- toJSON(c(header, list(cases = cases)), auto_unbox = TRUE, digits = NA, na = "null", null = "null")
  # One case per line: readable differences, small files.
  text <- gsub('\\{"id":', '\n{"id":', text)
  writeLines(text, paste0(name, ".json"))
}
